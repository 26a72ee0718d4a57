#include "http/json_reader.hpp"

#include "config/limits.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace registrar {

namespace {

/// Of what a fault quotes from the body.
constexpr std::size_t quoted_max = 120;

/// What both readers refuse, as nlohmann's SAX interface asks for it.
class strict_handler : public nlohmann::json_sax<nlohmann::json> {
public:
  const std::string& fault() const {
    return fault_;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& why) override {
    // The library's sentence has its own prefix up to the colon.
    std::string text = why.what();
    auto cut = text.find("syntax error");
    auto detail = cut == std::string::npos ? "it is not valid JSON in UTF-8"
                                           : text.substr(cut);
    // It quotes the last token, which may be the whole body.
    if (detail.size() > quoted_max)
      detail = detail.substr(0, quoted_max) + "...";
    return refuse("The body is not JSON at byte " + std::to_string(position)
                  + ": " + detail + ".");
  }

protected:
  bool refuse(std::string why) {
    if (fault_.empty())
      fault_ = std::move(why);
    return false;
  }

  bool enter() {
    if (++depth_ > limits::json_depth_max)
      return refuse("The body is nested deeper than "
                    + std::to_string(limits::json_depth_max)
                    + " levels; make it flatter.");
    return true;
  }

  bool leave() {
    --depth_;
    return true;
  }

  std::size_t depth() const {
    return depth_;
  }

private:
  std::string fault_;
  std::size_t depth_ = 0;
};

bool is_integer_text(const std::string& text) {
  return text.find_first_of(".eE") == std::string::npos;
}

/// Builds the tree, and watches member names level by level.
class tree_handler : public strict_handler {
public:
  explicit tree_handler(nlohmann::json& root) : builder_(root, false) {
  }

  bool null() override {
    return builder_.null();
  }

  bool boolean(bool x) override {
    return builder_.boolean(x);
  }

  bool number_integer(number_integer_t x) override {
    return builder_.number_integer(x);
  }

  bool number_unsigned(number_unsigned_t x) override {
    return builder_.number_unsigned(x);
  }

  bool number_float(number_float_t x, const string_t& text) override {
    if (is_integer_text(text))
      return refuse("The number " + text.substr(0, 40)
                    + " is beyond 64 bits; use a smaller one.");
    return builder_.number_float(x, text);
  }

  bool string(string_t& x) override {
    return builder_.string(x);
  }

  bool binary(binary_t& x) override {
    return builder_.binary(x);
  }

  bool start_object(std::size_t size) override {
    names_.emplace_back();
    return enter() && builder_.start_object(size);
  }

  bool key(string_t& name) override {
    if (!names_.back().insert(name).second)
      return refuse("The member \"" + name.substr(0, quoted_max)
                    + "\" is there twice; say it once.");
    return builder_.key(name);
  }

  bool end_object() override {
    names_.pop_back();
    return leave() && builder_.end_object();
  }

  bool start_array(std::size_t size) override {
    return enter() && builder_.start_array(size);
  }

  bool end_array() override {
    return leave() && builder_.end_array();
  }

private:
  nlohmann::detail::json_sax_dom_parser<nlohmann::json> builder_;
  std::vector<std::set<std::string>> names_;
};

/// Fills a registration_body on the way.
class registration_handler : public strict_handler {
public:
  explicit registration_handler(registration_body& body) : body_(body) {
  }

  bool is_complete() {
    if (!fault().empty())
      return false;
    if (!has_object_)
      return refuse("The body must be a JSON object.");
    if (!has_student_)
      return refuse("student_id is missing; give the student's id.");
    if (!has_sections_)
      return refuse("section_ids is missing; give an array of 1 to 20 ids.");
    return true;
  }

  bool null() override {
    return wrong_type();
  }

  bool boolean(bool) override {
    return wrong_type();
  }

  bool number_integer(number_integer_t) override {
    return wrong_type();
  }

  bool number_unsigned(number_unsigned_t) override {
    return wrong_type();
  }

  bool number_float(number_float_t, const string_t&) override {
    return wrong_type();
  }

  bool binary(binary_t&) override {
    return wrong_type();
  }

  bool string(string_t& x) override {
    if (depth() == 2 && member_ == "section_ids")
      body_.section_ids.push_back(std::move(x));
    else if (depth() == 1 && member_ == "student_id")
      body_.student_id = std::move(x);
    else if (depth() == 1 && member_ == "idempotency_key")
      body_.idempotency_key = std::move(x);
    else
      return wrong_type();
    return true;
  }

  bool start_object(std::size_t) override {
    if (depth() > 0)
      return wrong_type();
    has_object_ = true;
    return enter();
  }

  bool key(string_t& name) override {
    auto* seen = name == "student_id"        ? &has_student_
                 : name == "section_ids"     ? &has_sections_
                 : name == "idempotency_key" ? &body_.has_key
                                             : nullptr;
    if (seen == nullptr)
      return refuse("The member \"" + name.substr(0, 60)
                    + "\" is not known here; leave it out.");
    if (*seen)
      return refuse("The member \"" + name.substr(0, 60)
                    + "\" is there twice; say it once.");
    *seen = true;
    member_ = std::move(name);
    return true;
  }

  bool end_object() override {
    return leave();
  }

  bool start_array(std::size_t) override {
    if (depth() != 1 || member_ != "section_ids")
      return wrong_type();
    return enter();
  }

  bool end_array() override {
    return leave();
  }

private:
  bool wrong_type() {
    if (depth() == 0)
      return refuse("The body must be a JSON object.");
    if (member_ == "section_ids")
      return refuse("section_ids must be an array of ids as strings.");
    return refuse(member_ + " must be a string.");
  }

  registration_body& body_;
  std::string member_;
  bool has_object_ = false;
  bool has_student_ = false;
  bool has_sections_ = false;
};

} // namespace

fallible<nlohmann::json> read_json(std::string_view body) {
  nlohmann::json result;
  tree_handler reading{result};
  if (!nlohmann::json::sax_parse(body, &reading))
    return {ec::invalid_value, reading.fault()};
  return result;
}

fallible<registration_body> read_registration_body(std::string_view body) {
  registration_body result;
  registration_handler reading{result};
  if (!nlohmann::json::sax_parse(body, &reading) || !reading.is_complete())
    return {ec::invalid_value, reading.fault()};
  return result;
}

fallible<done> only_members(const nlohmann::json& object,
                            std::initializer_list<std::string_view> known) {
  if (!object.is_object())
    return {ec::invalid_value, "The body must be a JSON object."};
  for (const auto& [name, value] : object.items())
    if (std::find(known.begin(), known.end(), name) == known.end())
      return {ec::invalid_value, "The member \"" + name.substr(0, 60)
                                   + "\" is not known here; leave it out."};
  return done{};
}

} // namespace registrar
