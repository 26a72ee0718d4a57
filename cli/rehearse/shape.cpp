#include "cli/rehearse/shape.hpp"

#include <algorithm>

namespace registrar::rehearsal {

const std::vector<std::string>& shape_names() {
  static const std::vector<std::string> names{"homework", "hot-section",
                                              "drop-storm", "scale"};
  return names;
}

std::unique_ptr<shape> make_shape(const std::string& name,
                                  const shape_options& options) {
  using maker = std::unique_ptr<shape> (*)(const shape_options&);
  constexpr maker makers[]
    = {make_homework, make_hot_section, make_drop_storm, make_scale};
  auto& names = shape_names();
  auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? nullptr
                              : makers[found - names.begin()](options);
}

} // namespace registrar::rehearsal
