#include "cli/csv.hpp"

namespace registrar {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Bytes of the UTF-8 character that starts here, or 0 where none does. Not
/// one: longer forms than needed, surrogates, what is above U+10FFFF.
std::size_t character_size(std::string_view text) {
  auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  auto goes_on = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  auto first = byte(0);
  if (first < 0x80)
    return 1;
  if (first >= 0xc2 && first < 0xe0)
    return goes_on(1) ? 2 : 0;
  if (first >= 0xe0 && first < 0xf0) {
    auto is_shortest = first != 0xe0 || byte(1) >= 0xa0;
    auto is_surrogate = first == 0xed && byte(1) >= 0xa0;
    auto is_whole = goes_on(1) && goes_on(2);
    return is_whole && is_shortest && !is_surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first < 0xf5) {
    auto is_shortest = first != 0xf0 || byte(1) >= 0x90;
    auto is_beyond = first == 0xf4 && byte(1) >= 0x90;
    auto is_whole = goes_on(1) && goes_on(2) && goes_on(3);
    return is_whole && is_shortest && !is_beyond ? 4 : 0;
  }
  return 0;
}

/// What is wrong with a cell's characters, or null.
const char* fault_of(std::string_view cell) {
  while (!cell.empty()) {
    auto size = character_size(cell);
    if (size == 0)
      return "a cell is not UTF-8; save the file in that encoding";
    auto x = static_cast<unsigned char>(cell[0]);
    auto is_control
      = (x < 0x20 && x != '\t' && x != '\n' && x != '\r') || x == 0x7f;
    if (is_control)
      return "a cell holds a control character; remove it";
    cell.remove_prefix(size);
  }
  return nullptr;
}

/// Walks the text once, cell by cell.
class reader {
public:
  explicit reader(std::string_view text) : text_(text) {
  }

  csv_table read() {
    while (at_ < text_.size())
      read_row();
    return std::move(table_);
  }

private:
  bool at_line_end() const {
    return text_[at_] == '\n'
           || (text_[at_] == '\r' && at_ + 1 < text_.size()
               && text_[at_ + 1] == '\n');
  }

  void skip_line_end() {
    at_ += text_[at_] == '\r' ? 2 : 1;
    ++line_;
  }

  void fault(std::string what) {
    table_.faults.push_back({line_, std::move(what)});
  }

  void read_row() {
    csv_row row;
    row.line = line_;
    auto faults_before = table_.faults.size();
    for (;;) {
      auto cell_line = line_;
      row.cells.push_back(read_cell());
      if (const auto* what = fault_of(row.cells.back()))
        table_.faults.push_back({cell_line, what});
      if (at_ >= text_.size())
        break;
      if (text_[at_] != ',') {
        skip_line_end();
        break;
      }
      ++at_;
      if (at_ >= text_.size()) {
        row.cells.emplace_back();
        break;
      }
    }
    row.is_sound = table_.faults.size() == faults_before;
    auto is_empty = row.cells.size() == 1 && row.cells[0].empty();
    if (!is_empty)
      table_.rows.push_back(std::move(row));
  }

  std::string read_cell() {
    if (at_ < text_.size() && text_[at_] == '"')
      return read_quoted();
    std::string cell;
    while (at_ < text_.size() && text_[at_] != ',' && !at_line_end()) {
      if (text_[at_] == '"')
        fault("a quote stands inside a cell that is not quoted; quote the "
              "whole cell and double the quote");
      cell += text_[at_++];
    }
    return cell;
  }

  std::string read_quoted() {
    std::string cell;
    auto opened_in = line_;
    ++at_;
    for (;;) {
      if (at_ >= text_.size()) {
        table_.faults.push_back(
          {opened_in, "a quoted cell is never closed; add the quote"});
        return cell;
      }
      auto c = text_[at_++];
      if (c == '\n')
        ++line_;
      if (c != '"') {
        cell += c;
        continue;
      }
      if (at_ < text_.size() && text_[at_] == '"') {
        cell += '"';
        ++at_;
        continue;
      }
      break;
    }
    if (at_ < text_.size() && text_[at_] != ',' && !at_line_end()) {
      fault("text follows the closing quote of a cell; double quotes inside "
            "a quoted cell");
      while (at_ < text_.size() && text_[at_] != ',' && !at_line_end())
        ++at_;
    }
    return cell;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  csv_table table_;
};

} // namespace

csv_table read_csv(std::string_view text) {
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark)
    text.remove_prefix(byte_order_mark.size());
  return reader{text}.read();
}

} // namespace registrar
