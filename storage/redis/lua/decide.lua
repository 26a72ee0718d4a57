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

-- -- the journal --------------------------------------------------------------

-- Ids are microseconds and a number below 64, so that the entries of all
-- partitions have one order (sync_journal.cpp).
local clock = call('TIME')
local began_us = clock[1] * 1000000 + clock[2]
local began_text = format('%.0f', began_us)
local us, us_text, number

local function go_on_after(last_us)
  us = last_us + 1
  us_text = format('%.0f', us)
  number = 0
end

local function last_us()
  local info = call('XINFO', 'STREAM', journal)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      return tonumber(match(info[i + 1], '^%d+'))
    end
  end
end

local function next_id()
  if number == 64 then go_on_after(us) end
  return us_text .. '-' .. number
end

local function add_entry(entry)
  last_place = last_place + 1
  decided[last_place] = entry
end

-- An empty stream is made with the ledger: one that is missing was lost.
-- @returns whether it is there.
local function append(entry)
  local added = redis.pcall('XADD', journal, 'NOMKSTREAM', next_id(), 'e',
                            entry)
  if not added then return false end
  if type(added) == 'table' then
    -- The clock was set back: go on behind the last entry.
    go_on_after(last_us())
    call('XADD', journal, 'NOMKSTREAM', next_id(), 'e', entry)
  end
  number = number + 1
  has_journal = true
  add_entry(entry)
  return true
end

local function is_journal_there()
  has_journal = has_journal or call('EXISTS', journal) == 1
  return has_journal
end

local function entry_text(kind, by, student, registration, ticket, memo, reason)
  return kind .. ' ' .. section .. ' ' .. settings .. ' ' .. counts .. ' '
    .. at .. ' ' .. by .. ' ' .. student .. ' ' .. registration .. ' '
    .. ticket .. ' ' .. memo .. ' ' .. reason
end

local function take_counts(text)
  counts = text
  sequence, enrolled, waitlisted = match(text, '^(%d+) (%d+) (%d+)$')
  sequence, enrolled, waitlisted = sequence + 0, enrolled + 0, waitlisted + 0
end

-- The next effect, by which the counts change so much. Its entry is appended;
-- the counts are put beside the rows, with a seat if one is given.
local function effect(kind, by, student, registration, ticket, memo, reason,
                      number_of_effect, seats_taken, places_taken, seat_of,
                      seat)
  sequence = sequence + 1
  enrolled, waitlisted = enrolled + seats_taken, waitlisted + places_taken
  counts = format('%s %d %d', number_of_effect, enrolled, waitlisted)
  if not append(entry_text(kind, by, student, registration, ticket, memo,
                           reason)) then
    return false
  end
  if seat then
    call('HSET', roster, 'counts', counts, seat_of, seat)
  else
    call('HSET', roster, 'counts', counts)
  end
  return true
end

local function next_sequence()
  return format('%d', sequence + 1)
end

-- -- memos --------------------------------------------------------------------

local function memo_text(passes, status, registration, position,
                         number_of_effect, refusals)
  return terms.head .. passes .. ' ' .. status .. ' ' .. registration .. ' '
    .. position .. ' ' .. number_of_effect .. ' ' .. refusals
end

local function remember(memo)
  if terms.ends then call('SET', memo_key, memo, 'PXAT', terms.ends) end
  return memo
end

-- The memo, if it binds this attempt.
local function recall()
  local memo = call('GET', memo_key)
  if not memo then return nil end
  local expires, of_attempt, passes = match(memo, '^(%d+) (%d+) ([01])')
  if tonumber(expires) <= tonumber(at) then return nil end
  if passes == '1' and terms.attempt > tonumber(of_attempt) then return nil end
  return memo
end

local function no_effect(student, status, registration, position, refusals,
                         passes)
  if not is_journal_there() then return nil end
  local memo = memo_text(passes, status, registration, position, sequence,
                         refusals)
  add_entry(entry_text(entry_decided, request, student, '-', '0', memo, ''))
  return remember(memo)
end

-- -- rows ---------------------------------------------------------------------

-- A student's row in {pNN}:student:<student>, field <section>. Below 64 bytes,
-- so that Redis packs what a student has in a partition.
local function row_text(registration, ticket, mark)
  return registration .. ' ' .. ticket .. ' ' .. at .. ' ' .. mark
end

local function seat_text(student, by, number_of_effect)
  return student .. ' ' .. by .. ' ' .. number_of_effect .. ' ' .. at
end

local function split_row(row)
  local registration, ticket, mark = match(row, '^(%S+) (%d+) %d+ (%S+)$')
  return registration, ticket, mark
end

-- The place of who waits with this ticket.
local function place_of(registration, ticket)
  local member = call('ZRANGE', waitlist, ticket, ticket, 'BYSCORE')[1]
  if not member or match(member, '^%S+') ~= registration then
    error('the waitlist lacks ' .. registration)
  end
  return member
end

-- Takes a row away, with the effect that says so.
local function leave(kind, student, registration, ticket, number_of_effect,
                     memo, reason)
  if ticket == '0' then
    if call('HEXISTS', roster, registration) == 0 then
      error('the roster lacks ' .. registration)
    end
    if not effect(kind, request, student, the_memos, '0', memo, reason,
                  number_of_effect, -1, 0) then
      return nil
    end
    call('HDEL', roster, registration)
  else
    local member = place_of(registration, ticket)
    if not effect(kind, request, student, the_memos, ticket, memo, reason,
                  number_of_effect, 0, -1) then
      return nil
    end
    call('ZREM', waitlist, member)
  end
  call('HDEL', prefix .. 'student:' .. student, section)
  return remember(memo)
end

local function promote()
  while is_active and not is_frozen and enrolled < seats and waitlisted > 0 do
    local front = call('ZRANGE', waitlist, 0, 0, 'WITHSCORES')
    local member, ticket = front[1], front[2]
    local registration, student, by = match(member, '^(%S+) (%S+) (%S+) ')
    local student_key = prefix .. 'student:' .. student
    local row = call('HGET', student_key, section)
    if not row then error('the student lacks ' .. registration) end
    local _, _, mark = split_row(row)
    local number_of_effect = next_sequence()
    -- Who was told to be inactive under this epoch (standing.lua).
    if mark == owner[1] then
      effect(entry_removed, by, student, registration, ticket, no_memo,
             not_active_any_more, number_of_effect, 0, -1)
      call('ZREM', waitlist, member)
      call('HDEL', student_key, section)
    else
      effect(entry_promoted, by, student, registration, ticket, no_memo, '',
             number_of_effect, 1, -1, registration,
             seat_text(student, by, number_of_effect))
      call('ZREM', waitlist, member)
      call('HSET', student_key, section, row_text(registration, '0', mark))
    end
  end
end

-- -- commands -----------------------------------------------------------------

local function add_reason(refusals, reason)
  if find(',' .. refusals, ',' .. reason .. ':', 1, true) then
    return refusals
  end
  if refusals ~= '' then refusals = refusals .. ',' end
  return refusals .. reason .. ':0'
end

local function register_student(student, registration)
  local refusals, passes = terms.refusals, terms.passes
  local student_key = prefix .. 'student:' .. student
  local row = call('HGET', student_key, section)
  if row and refusals == '' then
    local held, ticket = split_row(row)
    local position = '0'
    if ticket ~= '0' then
      position = call('ZRANK', waitlist, place_of(held, ticket)) + 1
    end
    return no_effect(student, already_registered, held, position, '-', '0')
  end
  local has_seat = enrolled < seats and waitlisted == 0
  if not is_active then
    refusals, passes = add_reason(refusals, reason_inactive), '0'
  end
  if is_frozen then refusals = add_reason(refusals, reason_frozen) end
  if not has_seat and waitlisted >= capacity then
    refusals, passes = add_reason(refusals, reason_full), '0'
  end
  if refusals ~= '' then
    return no_effect(student, rejected, '-', '0', refusals, passes)
  end
  local number_of_effect = next_sequence()
  local memo, ticket
  if has_seat then
    ticket = '0'
    memo = memo_text('0', enrolled_now, registration, '0', number_of_effect,
                     '-')
    if not effect(entry_enrolled, request, student, the_memos, ticket, memo, '',
                  number_of_effect, 1, 0, registration,
                  seat_text(student, request, number_of_effect)) then
      return nil
    end
  else
    ticket = number_of_effect
    memo = memo_text('0', waitlisted_now, registration, waitlisted + 1,
                     number_of_effect, '-')
    if not effect(entry_waitlisted, request, student, the_memos, ticket, memo,
                  '', number_of_effect, 0, 1) then
      return nil
    end
    call('ZADD', waitlist, ticket, registration .. ' ' .. student .. ' '
         .. request .. ' ' .. at)
  end
  call('HSET', student_key, section,
       row_text(registration, ticket, terms.stands == '1' and '-' or owner[1]))
  return remember(memo)
end

local function drop(student)
  local row = call('HGET', prefix .. 'student:' .. student, section)
  if not row then
    return no_effect(student, not_registered, '-', '0', '-', '0')
  end
  local registration, ticket = split_row(row)
  local kind, status = entry_dropped, dropped
  if ticket ~= '0' then kind, status = entry_left, left_waitlist end
  local number_of_effect = next_sequence()
  local memo = memo_text('0', status, registration, '0', number_of_effect, '-')
  return leave(kind, student, registration, ticket, number_of_effect, memo, '')
end

-- Who holds a registration, or nil. The line is walked from end to end.
local function holder_of(registration)
  local seat = call('HGET', roster, registration)
  if seat then return match(seat, '^%S+') end
  for from = 0, waitlisted - 1, 1000 do
    for _, member in ipairs(call('ZRANGE', waitlist, from, from + 999)) do
      local held, student = match(member, '^(%S+) (%S+)')
      if held == registration then return student end
    end
  end
end

local function withdraw(registration, reason)
  local student = holder_of(registration)
  if not student then
    return no_effect('-', nothing_to_withdraw, registration, '0', '-', '0')
  end
  local row = call('HGET', prefix .. 'student:' .. student, section)
  if not row then error('the student lacks ' .. registration) end
  local held, ticket = split_row(row)
  if held ~= registration then
    error('the student holds ' .. held .. ', not ' .. registration)
  end
  local number_of_effect = next_sequence()
  local memo = memo_text('0', withdrawn, registration, '0', number_of_effect,
                         '-')
  return leave(ticket == '0' and entry_withdrawn or entry_removed, student,
               registration, ticket, number_of_effect, memo, reason)
end

-- What settings say, kept under their text.
local all_settings = {}
local function take_settings(text)
  local known = all_settings[text]
  if not known then
    local s, c, v, a, f = match(text, '^(%d+) (%d+) (%d+) ([01]) ([01])$')
    known = {seats = s + 0, capacity = c + 0, version = v + 0,
             is_active = a == '1', is_frozen = f == '1'}
    all_settings[text] = known
  end
  settings = text
  seats, capacity, version = known.seats, known.capacity, known.version
  is_active, is_frozen = known.is_active, known.is_frozen
end

local function change_settings(changed, if_version, wanted_seats,
                               wanted_capacity, wanted_active, wanted_frozen)
  changed = tonumber(changed)
  local function wants(flag) return bit.band(changed, flag) ~= 0 end
  local s = wants(1) and tonumber(wanted_seats) or seats
  local c = wants(2) and tonumber(wanted_capacity) or capacity
  local a, f = is_active, is_frozen
  if wants(4) then a = wanted_active == '1' end
  if wants(8) then f = wanted_frozen == '1' end
  if if_version ~= '0' and tonumber(if_version) ~= version then
    return no_effect('-', version_mismatch, '-', '0', '-', '0')
  end
  if s == seats and c == capacity and a == is_active and f == is_frozen then
    return no_effect('-', settings_unchanged, '-', '0', '-', '0')
  end
  take_settings(s .. ' ' .. c .. ' ' .. version + 1 .. (a and ' 1' or ' 0')
                .. (f and ' 1' or ' 0'))
  local number_of_effect = next_sequence()
  local memo = memo_text('0', settings_changed, '-', '0', number_of_effect, '-')
  if not effect(entry_settings, request, '-', '-', '0', memo, '',
                number_of_effect, 0, 0) then
    return nil
  end
  call('HSET', section_key, 'settings', settings)
  return remember(memo)
end

-- -- batches ------------------------------------------------------------------

local function create(initial)
  take_settings(initial)
  take_counts('0 0 0')
  if not effect(entry_created, '-', '-', '-', '0', no_memo, '', '1', 0, 0) then
    return 'no journal'
  end
  call('HSET', section_key, 'settings', settings)
  call('HSET', epoch_key, section, '1')
  return nil
end

-- Finds the section, or makes it. @returns the name of a failure, or nil.
local function load_section(head)
  if not owner_text then return 'no epoch' end
  if head.owner ~= owner_text then return 'fenced' end
  section_key = prefix .. 'section:' .. section
  roster = prefix .. 'roster:' .. section
  waitlist = prefix .. 'waitlist:' .. section
  local its_settings = call('HGET', section_key, 'settings')
  local its_counts = call('HGET', roster, 'counts')
  if its_settings then
    if not its_counts then return 'no rows' end
    take_settings(its_settings)
    take_counts(its_counts)
    -- Few have a line.
    if waitlisted > 0 and call('ZCARD', waitlist) ~= waitlisted then
      return 'no rows'
    end
    return nil
  end
  -- {pNN}:epoch names every section that was ever made.
  if head.initial == '' or call('HEXISTS', epoch_key, section) == 1 then
    return 'no section'
  end
  if call('EXISTS', roster, waitlist) ~= 0 then return 'no rows' end
  return create(head.initial)
end

local commands = {
  R = {2, register_student},
  D = {1, drop},
  W = {2, withdraw},
  S = {6, change_settings},
}

-- What a command's terms say, kept under their text. A memo ends by the
-- commands' time; its key by that of Redis, later.
local all_terms = {}
local function terms_of(text)
  local known = all_terms[text]
  if known then return known end
  local kind, tries, expires, kept, judged =
    match(text, '^(%u) (%d+) (%d+) (%d+) ?(.*)$')
  known = {takes = commands[kind][1], decide = commands[kind][2],
           attempt = tonumber(tries),
           head = expires .. ' ' .. tries .. ' '}
  if kept ~= '0' then
    known.ends = format('%.0f', math.floor(began_us / 1000) + kept)
  end
  known.stands, known.passes, known.refusals =
    match(judged, '^([01]) ([01]) (.*)$')
  all_terms[text] = known
  return known
end

local heads = {}
local function head_of(text)
  local known = heads[text]
  if known then return known end
  local count, of_owner, initial = match(text, '^(%d+) (%d+ %d+) ?(.*)$')
  known = {count = tonumber(count), owner = of_owner, initial = initial}
  heads[text] = known
  return known
end

-- Answers the command whose arguments begin at ARGV[i]. @returns its memo, or
-- nil where the journal is lost: nothing of it has happened then.
local function answer(i)
  request = ARGV[i]
  memo_key = prefix .. 'memo:' .. section .. ':' .. request
  local known = recall()
  if known then return known end
  local memo = terms.decide(ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4],
                            ARGV[i + 5], ARGV[i + 6])
  if memo and waitlisted > 0 then promote() end
  return memo
end

-- Answers the batch whose commands begin at ARGV[i].
-- @returns the name of a failure, or nil and where the next batch begins.
local function answer_batch(head, i)
  local failed = load_section(head)
  if failed then return failed end
  for k = 1, head.count do
    terms = terms_of(ARGV[i])
    local memo = answer(i + 1)
    if not memo then return 'no journal' end
    decided[2 + k] = memo
    i = i + 2 + terms.takes
  end
  if not is_journal_there() then return 'no journal' end
  return nil, i
end

local function first_behind(head, i)
  for _ = 1, head.count do i = i + 2 + terms_of(ARGV[i]).takes end
  return i
end

local result = {}
-- Adds what the batch at ARGV[i] is answered. @returns where the next begins.
local function add_batch(i)
  section = ARGV[i]
  local head = head_of(ARGV[i + 1])
  -- Mostly one command and its entry.
  decided, last_place = {'', '', nil, nil}, 2 + head.count
  local failed, behind = answer_batch(head, i + 2)
  if failed then
    decided, behind = {failed, ''}, first_behind(head, i + 2)
  else
    decided[2] = settings .. ' ' .. counts
  end
  result[#result + 1] = decided
  return behind
end

local function take_partition(key)
  epoch_key = key
  prefix = sub(key, 1, -6)
  journal = prefix .. 'journal'
  owner = call('HMGET', key, 'number', 'token')
  owner_text = owner[1] and owner[2] and owner[1] ~= '0'
    and owner[1] .. ' ' .. owner[2]
  has_journal = false
  us, us_text, number = began_us, began_text, 0
end

local i = 2
for _, key in ipairs(KEYS) do
  take_partition(key)
  local batches = tonumber(ARGV[i])
  i = i + 1
  for _ = 1, batches do i = add_batch(i) end
end
return result
