#include <caf/all.hpp>

// The message: one struct, verb and noun, with its inspection.
struct ring_bell {
  int times = 0;
};

template <class Inspector>
auto inspect(Inspector& f, ring_bell& x) {
  return f(x.times);
}

CAF_BEGIN_TYPE_ID_BLOCK(bell_example, caf::first_custom_type_id + 900)
CAF_ADD_TYPE_ID(bell_example, (ring_bell))
CAF_END_TYPE_ID_BLOCK(bell_example)

// The actor: owns how often it was rung; answers the count so far; refuses
// nothing and never blocks.
using bell_actor = caf::typed_actor<caf::replies_to<ring_bell>::with<int>>;

struct bell_state {
  int rung = 0;

  int on_ring_bell(const ring_bell& x) {
    return rung += x.times;
  }
};

bell_actor::behavior_type bell(bell_actor::stateful_pointer<bell_state> self) {
  return {
    [self](const ring_bell& x) { return self->state.on_ring_bell(x); },
  };
}

// The test: a scheduler that runs when told to, one promise for each case.
#include "tests/unit/actors/dsl.hpp"

struct bell_fixture : test_coordinator_fixture<> {
  bell_actor uut = sys.spawn(bell);
};

CAF_TEST_FIXTURE_SCOPE(the_bell, bell_fixture)

CAF_TEST(counts every ring) {
  self->send(uut, ring_bell{2});
  expect((ring_bell), from(self).to(uut));
  expect((int), from(uut).to(self).with(2));
  self->send(uut, ring_bell{3});
  expect((ring_bell), from(self).to(uut));
  expect((int), from(uut).to(self).with(5));
}

CAF_TEST_FIXTURE_SCOPE_END()
