#include "cli/csv.hpp"

namespace registrar {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

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
    for (;;) {
      row.cells.push_back(read_cell());
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
