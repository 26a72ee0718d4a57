-- Decides batches in one atomic step: fence, memo, decision, effect, journal
-- (DESIGN 2). Equal to storage/rules command by command; the contract suite
-- holds the two against each other.
--
-- KEYS     {pNN}:epoch of each partition; all other keys are of the same
--          partitions (one at a time where each may lie elsewhere)
-- ARGV     time; per partition: count of batches; per batch: section, head
--          (count of commands, epoch's number and token, initial settings
--          where it may be created); per command: terms (kind, attempt, when
--          its memo expires, TTL of the memo's key; to register also whether
--          the student is active, whether all that speaks against it passes,
--          and what that is), request, then what its kind takes
-- returns  per batch: '', header, a memo for each command, the entries; or the
--          name of a failure
--
-- Each command reads all that it needs before it writes: what can fail fails
-- while nothing of it has happened. Its first write is the journal's.
--
-- A roster holds the section's sequence and counts beside its rows: neither is
-- there without the other, and one call writes both.
--
-- Most of what this costs is calls, arguments and new texts, numbers become
-- texts dearest of all: heads and terms, mostly the same in a whole script, are
-- taken apart once, a text that serves twice is made once, and what is a text
-- stays one until it is reckoned with.

local call, format = redis.call, string.format
local match, find, sub = string.match, string.find, string.sub
local ARGV = ARGV

-- Numbers of messages/ledger.hpp; codec.cpp asserts them.
local enrolled_now, waitlisted_now, already_registered = '1', '2', '3'
local rejected, dropped, left_waitlist, not_registered = '4', '5', '6', '7'
local withdrawn, nothing_to_withdraw = '8', '9'
local settings_changed, settings_unchanged = '10', '11'
local version_mismatch = '12'
local entry_created, entry_enrolled, entry_waitlisted = '0', '1', '2'
local entry_dropped, entry_left, entry_promoted = '3', '4', '5'
local entry_withdrawn, entry_removed = '6', '7'
local entry_settings, entry_decided = '8', '9'
local reason_inactive, reason_full, reason_frozen = '1', '4', '7'
local no_memo = '0 0 0 0 - 0 0 -'
local the_memos = '='
local not_active_any_more =
  'A seat became free, but you were no longer an active student.'

local at = ARGV[1]

-- The partition in hand.
local epoch_key, prefix, journal, owner, owner_text, has_journal

-- The section in hand.
local section, section_key, roster, waitlist
local settings, seats, capacity, version, is_active, is_frozen
local counts, sequence, enrolled, waitlisted
-- What the batch in hand is answered: with it grows the place for entries.
local decided, last_place
-- The command in hand.
local request, terms, memo_key
