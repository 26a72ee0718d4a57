// Runs a target over a corpus, in builds that have no fuzzer. Each input is
// named before it runs, so that the last name is the one that failed.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> inputs_in(const fs::path& folder) {
  std::vector<fs::path> result;
  for (const auto& entry : fs::directory_iterator{folder})
    if (entry.is_regular_file())
      result.push_back(entry.path());
  std::sort(result.begin(), result.end());
  return result;
}

void run(const fs::path& input) {
  std::printf("%s\n", input.filename().c_str());
  std::fflush(stdout);
  std::ifstream file{input, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  // A block of its own, so that a sanitizer sees a read behind its end.
  auto view = text.str();
  std::vector<std::uint8_t> bytes{view.begin(), view.end()};
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: TARGET CORPUS_FOLDER\n", stderr);
    return 2;
  }
  auto inputs = inputs_in(argv[1]);
  for (const auto& input : inputs)
    run(input);
  std::printf("%zu inputs held\n", inputs.size());
  return inputs.empty() ? 1 : 0;
}
