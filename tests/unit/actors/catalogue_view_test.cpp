#define CAF_SUITE catalogue_view

#include "actors/catalogue_view.hpp"
#include "tests/unit/actors/fixture.hpp"

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

struct view_fixture {
  view_fixture() {
    uut.load(content);
  }

  section_header header_of(int section, std::uint64_t sequence,
                           std::uint32_t enrolled) {
    section_header x;
    x.section = section_of(section);
    x.settings.total_seats = 2;
    x.sequence = sequence;
    x.enrolled = enrolled;
    return x;
  }

  std::uint32_t enrolled() const {
    auto shown = *uut.find(section_of(1));
    return shown.header.enrolled;
  }

  std::vector<section_id> ids(const section_page& page) {
    std::vector<section_id> result;
    for (const auto& x : page.sections)
      result.push_back(x.section.section_id);
    return result;
  }

  catalogue_content content = small_catalogue();
  catalogue_view uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_catalogue_view, view_fixture)

CAF_TEST(knows no absent ids before it was loaded) {
  catalogue_view unread;
  CAF_CHECK(unread.find(student_of(1)).error().code
            == ec::dependency_unavailable);
  CAF_CHECK(unread.find(section_of(1)).error().code
            == ec::dependency_unavailable);
  CAF_CHECK(uut.find(student_of(99)).error().code == ec::not_found);
  CAF_CHECK(uut.find(section_of(99)).error().code == ec::not_found);
}

CAF_TEST(shows the newest header and never an older one) {
  uut.refresh({header_of(1, 5, 2)});
  uut.refresh({header_of(1, 4, 1)});
  CAF_CHECK_EQUAL(enrolled(), 2u);
  uut.refresh({header_of(1, 6, 0)});
  CAF_CHECK_EQUAL(enrolled(), 0u);
}

CAF_TEST(keeps the newer header when it is loaded again) {
  uut.refresh({header_of(1, 5, 2)});
  // SQL is behind the ledger.
  content.sections[0].last_sequence = 3;
  content.sections[0].enrolled_count = 1;
  uut.load(content);
  CAF_CHECK_EQUAL(enrolled(), 2u);
  CAF_CHECK(uut.origin_of(section_of(1)).in_ledger);
  content.sections[0].last_sequence = 9;
  uut.load(content);
  CAF_CHECK_EQUAL(enrolled(), 1u);
}

CAF_TEST(knows from its header that a section is in the ledger) {
  CAF_CHECK(!uut.origin_of(section_of(1)).in_ledger);
  uut.refresh({header_of(1, 1, 0)});
  CAF_CHECK(uut.origin_of(section_of(1)).in_ledger);
}

CAF_TEST(follows a student whose standing changes) {
  CAF_CHECK(uut.standing_of(student_of(1)) == catalogue_view::standing::active);
  CAF_CHECK_EQUAL(uut.inactive_students().size(), 1u);
  auto row = content.students[0];
  row.enrollment_status = enrollment_status::suspended;
  uut.put(row);
  CAF_CHECK(uut.standing_of(student_of(1))
            == catalogue_view::standing::inactive);
  CAF_CHECK_EQUAL(uut.inactive_students().size(), 2u);
}

CAF_TEST(forgets a name that was given up) {
  auto row = content.students[0];
  row.student_number = "S999";
  uut.put(row);
  std::size_t count = 0;
  auto listed = uut.list_students({100, ""});
  CAF_CHECK_EQUAL(listed.back().student_number, "S999");
  for (const auto& x : listed)
    count += x.student_id == student_of(1);
  CAF_CHECK_EQUAL(count, 1u);
}

CAF_TEST(lists every section once over pages of any size) {
  for (std::uint32_t limit = 1; limit <= 10; ++limit) {
    std::vector<section_id> all;
    list_sections query;
    query.limit = limit;
    for (int i = 0; i < 20; ++i) {
      auto page = uut.list(query);
      CAF_CHECK_LESS_OR_EQUAL(page.sections.size(), limit);
      for (const auto& id : ids(page))
        all.push_back(id);
      query.after = page.next;
      if (page.next.is_nil())
        break;
    }
    CAF_REQUIRE_EQUAL(all.size(), 9u);
    // `open` comes before `over`, which has 7 and 8.
    CAF_CHECK(all[6] == section_of(9));
    CAF_CHECK(all[8] == section_of(8));
  }
}

CAF_TEST(filters by semester and seats and ids) {
  list_sections query;
  query.semester = "over";
  CAF_CHECK(
    (ids(uut.list(query)) == std::vector{section_of(7), section_of(8)}));
  query = {};
  query.open = false;
  CAF_CHECK(uut.list(query).sections.empty());
  uut.refresh({header_of(3, 5, 2)});
  CAF_CHECK((ids(uut.list(query)) == std::vector{section_of(3)}));
  query = {};
  query.ids = {section_of(8), section_of(2), section_of(33)};
  query.limit = 1;
  auto page = uut.list(query);
  CAF_CHECK((ids(page) == std::vector{section_of(2)}));
  query.after = page.next;
  CAF_CHECK((ids(uut.list(query)) == std::vector{section_of(8)}));
}

CAF_TEST(sorts sections anew when a semester is named anew) {
  content.semesters[1].semester_name = "earlier";
  uut.put(content.semesters[1]);
  list_sections query;
  query.limit = 2;
  CAF_CHECK(
    (ids(uut.list(query)) == std::vector{section_of(7), section_of(8)}));
}

CAF_TEST_FIXTURE_SCOPE_END()
