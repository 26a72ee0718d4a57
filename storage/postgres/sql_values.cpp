#include "storage/postgres/sql_values.hpp"

namespace registrar {

void sql_array::next() {
  if (text_.size() > 1)
    text_ += ',';
}

sql_array& sql_array::add(std::string_view text) {
  next();
  text_ += '"';
  for (auto x : text) {
    if (x == '"' || x == '\\')
      text_ += '\\';
    text_ += x;
  }
  text_ += '"';
  return *this;
}

sql_array& sql_array::add(std::int64_t number) {
  next();
  text_ += std::to_string(number);
  return *this;
}

sql_array& sql_array::add(bool flag) {
  next();
  text_ += flag ? 't' : 'f';
  return *this;
}

sql_array& sql_array::add_null() {
  next();
  text_ += "NULL";
  return *this;
}

sql_values& sql_values::add(const sql_array& array) {
  all_.emplace_back(array.text_ + '}');
  return *this;
}

sql_values& sql_values::add(std::string_view text) {
  all_.emplace_back(std::string{text});
  return *this;
}

sql_values& sql_values::add_optional(std::string_view text) {
  if (text.empty())
    all_.emplace_back(std::nullopt);
  else
    add(text);
  return *this;
}

sql_values& sql_values::add(std::int64_t number) {
  all_.emplace_back(std::to_string(number));
  return *this;
}

} // namespace registrar
