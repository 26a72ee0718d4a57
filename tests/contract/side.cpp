#include "tests/contract/side.hpp"

namespace registrar::test {

side::side(const back_end_kind& kind) : back_end_(kind.make()) {
  open();
}

void side::open() {
  factory_ = back_end_->start();
  stores_ = must(factory_->open_ledger());
  reader_ = must(factory_->open_journal());
  sql_ = must(factory_->open_registrations());
}

void side::reopen() {
  sql_.reset();
  reader_.reset();
  stores_.reset();
  factory_.reset();
  open();
}

void side::crash() {
  back_end_->die();
  reopen();
}

} // namespace registrar::test
