#include "tests/unit/actors/operations_fixture.hpp"

namespace actor_tests {

operations_fixture::operations_fixture() {
  start();
  uut = std::make_unique<gateway>(sys, settings{}, peers, view);
}

operations_fixture::~operations_fixture() {
  uut.reset();
}

operations_service& operations_fixture::operations() {
  return uut->operations();
}

registration_reply operations_fixture::submit(int number, int student,
                                              std::vector<int> sections,
                                              route which) {
  std::optional<registration_reply> got;
  auto x = request_for(number, student, std::move(sections));
  x.route = which;
  uut->submit(std::move(x),
              [&](registration_reply reply) { got = std::move(reply); });
  pass(50ms);
  CAF_REQUIRE(got);
  return *got;
}

} // namespace actor_tests
