#include "http/access.hpp"

#include "http/routes.hpp"
#include "tests/ids_of.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using registrar::test::id;

namespace {

principal with(role_set roles, std::optional<student_id> student = {}) {
  return {"somebody", roles, student};
}

} // namespace

TEST_CASE("each scope lets in its roles and nobody else") {
  struct row {
    access_scope scope;
    role_set roles;
  };
  constexpr role_set none;
  for (auto [scope, let_in] :
       {row{access_scope::nobody, none},
        row{access_scope::any_role, role_set::all()},
        row{access_scope::student_self,
            role_set{role::student, role::staff, role::admin}},
        row{access_scope::staff, role_set{role::staff, role::admin}},
        row{access_scope::admin, role_set{role::admin}},
        row{access_scope::operations, role_set{role::operations}}}) {
    CAPTURE(static_cast<int>(scope));
    CHECK_FALSE(may_use(scope, none));
    for (auto one : {role::student, role::staff, role::admin, role::operations})
      CHECK(may_use(scope, role_set{one}) == let_in.has(one));
  }
  CHECK(may_use(access_scope::everybody, none));
}

TEST_CASE("a role more never takes anything away") {
  for (auto scope :
       {access_scope::any_role, access_scope::student_self, access_scope::staff,
        access_scope::admin, access_scope::operations})
    CHECK(may_use(scope, role_set::all()));
}

TEST_CASE("a student asks about themselves, staff and admin about anybody") {
  auto one = id<student_id>(1);
  auto two = id<student_id>(2);
  CHECK(may_ask_about(with(role_set{role::student}, one), one));
  CHECK_FALSE(may_ask_about(with(role_set{role::student}, one), two));
  CHECK(may_ask_about(with(role_set{role::staff}), two));
  CHECK(may_ask_about(with(role_set{role::admin}), two));
  CHECK(may_ask_about(with(role_set{role::student, role::staff}, one), two));
  CHECK_FALSE(may_ask_about(with(role_set{role::operations}), one));
  CHECK(may_ask_about(principal::anybody(), one));
}

TEST_CASE("nobody is not the student without an id") {
  CHECK_FALSE(may_ask_about({}, {}));
  CHECK_FALSE(may_ask_about(with(role_set{role::student}), {}));
  // An id without the role says nothing.
  CHECK_FALSE(may_ask_about(with({}, id<student_id>(1)), id<student_id>(1)));
}

TEST_CASE("roles have the words that tokens use") {
  for (auto one : {role::student, role::staff, role::admin, role::operations})
    CHECK(parse_role(to_string(one)) == one);
  CHECK(to_string(role::operations) == "operator");
  for (auto wrong : {"", "Admin", "admin ", "root", "operations"})
    CHECK_FALSE(parse_role(wrong));
}

TEST_CASE("every route says whom it serves") {
  for (const auto& route : routes()) {
    CAPTURE(route.method);
    CAPTURE(route.pattern);
    CHECK(route.scope != access_scope::nobody);
    // Only what says nothing of anybody is open.
    if (route.scope == access_scope::everybody)
      CHECK_FALSE((route.is_personal || route.takes_json));
  }
}
