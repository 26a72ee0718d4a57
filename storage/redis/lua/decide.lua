-- Decides batches in one atomic step: fence, memo, decision, effect, journal
-- (DESIGN 2). Equal to storage/rules command by command; the contract suite
-- holds the two against each other.
--
-- KEYS     {pNN}:epoch of each partition; all other keys are of the same
--          partitions (one at a time where each may lie elsewhere)
-- ARGV     time; per partition: count of batches; per batch: section, epoch's
--          number and token, may_create, initial settings, count of commands;
--          per command: kind, request, attempt, memo's expiry and TTL, then
--          what its kind takes
-- returns  per batch: '', header, an outcome for each command, the entries; or
--          the name of a failure
--
-- Each command reads all that it needs before it writes: what can fail fails
-- while nothing of it has happened. Its first write is the journal's.

local call, format = redis.call, string.format
local match, find, sub = string.match, string.find, string.sub

-- Numbers of messages/ledger.hpp; codec.cpp asserts them.
local already_registered, rejected, not_registered = 3, 4, 7
local withdrawn, nothing_to_withdraw = 8, 9
local settings_changed, settings_unchanged, version_mismatch = 10, 11, 12
local entry_created, entry_enrolled, entry_waitlisted = 0, 1, 2
local entry_dropped, entry_left, entry_promoted = 3, 4, 5
local entry_withdrawn, entry_removed = 6, 7
local entry_settings, entry_decided = 8, 9
local reason_inactive, reason_full, reason_frozen = 1, 4, 7
local status_of = {[entry_enrolled] = 1, [entry_waitlisted] = 2,
                   [entry_dropped] = 5, [entry_left] = 6}
local no_memo = '0 0 0 - 0 0 -'
local not_active_any_more =
  'A seat became free, but you were no longer an active student.'

local at = ARGV[1]

-- The partition in hand.
local epoch_key, prefix, journal, owner, has_journal

-- The section in hand.
local section, section_key, roster, waitlist
local seats, capacity, version, is_active, is_frozen, settings
local sequence, enrolled, waitlisted
local entries
-- The command in hand.
local request, attempt, memo_expires, memo_ttl, memo_key

-- -- the journal --------------------------------------------------------------

-- Ids are microseconds and a number below 64, so that the entries of all
-- partitions have one order (sync_journal.cpp).
local clock = call('TIME')
local began_us = clock[1] * 1000000 + clock[2]
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

local function append(entry)
  if number == 64 then go_on_after(us) end
  local added = redis.pcall('XADD', journal, us_text .. '-' .. number, 'e',
                            entry)
  if type(added) == 'table' then
    -- The clock was set back: go on behind the last entry.
    go_on_after(last_us())
    call('XADD', journal, us_text .. '-' .. number, 'e', entry)
  end
  number = number + 1
  entries[#entries + 1] = entry
end

local function entry_text(kind, by, student, registration, ticket, memo, reason)
  return kind .. ' ' .. section .. ' ' .. sequence .. ' ' .. settings .. ' '
    .. enrolled .. ' ' .. waitlisted .. ' ' .. at .. ' ' .. by .. ' '
    .. student .. ' ' .. registration .. ' ' .. ticket .. ' ' .. memo .. ' '
    .. reason
end

-- One effect, by which the counts change so much: entry and section first.
local function effect(kind, by, student, registration, ticket, memo, reason,
                      seats_taken, places_taken)
  sequence = sequence + 1
  enrolled = enrolled + seats_taken
  waitlisted = waitlisted + places_taken
  append(entry_text(kind, by, student, registration, ticket, memo, reason))
  call('HSET', section_key, 'sequence', sequence, 'enrolled', enrolled,
       'waitlisted', waitlisted)
end

-- -- memos --------------------------------------------------------------------

local function outcome_text(status, registration, position, number_of_effect,
                            refusals)
  return status .. ' ' .. registration .. ' ' .. position .. ' '
    .. number_of_effect .. ' ' .. refusals
end

local function memo_text(outcome)
  return memo_expires .. ' ' .. attempt .. ' ' .. outcome
end

local function remember(outcome, passes)
  if memo_ttl ~= '0' then
    call('SET', memo_key, memo_expires .. ' ' .. attempt .. ' ' .. passes
         .. ' ' .. outcome, 'PX', memo_ttl)
  end
  return outcome
end

-- What the memo says, if it binds this attempt.
local function recall()
  local memo = call('GET', memo_key)
  if not memo then return nil end
  local expires, of_attempt, passes, outcome =
    match(memo, '^(%d+) (%d+) ([01]) (.*)$')
  if tonumber(expires) <= tonumber(at) then return nil end
  if passes == '1' and tonumber(attempt) > tonumber(of_attempt) then
    return nil
  end
  return outcome
end

local function no_effect(student, status, registration, position, refusals,
                         passes)
  local outcome = outcome_text(status, registration, position, sequence,
                               refusals)
  entries[#entries + 1] = entry_text(entry_decided, request, student, '-', 0,
                                     memo_text(outcome), '')
  return remember(outcome, passes)
end

-- -- rows ---------------------------------------------------------------------

-- A student's row in {pNN}:student:<student>, field <section>.
local function split_row(row)
  local registration, by, ticket, since, mark =
    match(row, '^(%S+) (%S+) (%d+) (%d+) (%S+)$')
  return registration, by, ticket, since, mark
end

local function place(registration, student, by, since)
  return registration .. ' ' .. student .. ' ' .. by .. ' ' .. since
end

-- Takes a row away, with the effect that says so.
local function leave(kind, student, row, memo, reason)
  local registration, by, ticket, since = split_row(row)
  if ticket == '0' then
    if call('HEXISTS', roster, registration) == 0 then
      error('the roster lacks ' .. registration)
    end
    effect(kind, request, student, registration, 0, memo, reason, -1, 0)
    call('HDEL', roster, registration)
  else
    local member = place(registration, student, by, since)
    if not call('ZSCORE', waitlist, member) then
      error('the waitlist lacks ' .. registration)
    end
    effect(kind, request, student, registration, ticket, memo, reason, 0, -1)
    call('ZREM', waitlist, member)
  end
  call('HDEL', prefix .. 'student:' .. student, section)
end

local function promote()
  while is_active and not is_frozen and enrolled < seats and waitlisted > 0 do
    local front = call('ZRANGE', waitlist, 0, 0, 'WITHSCORES')
    local member, ticket = front[1], front[2]
    local registration, student, by = match(member, '^(%S+) (%S+) (%S+) ')
    local student_key = prefix .. 'student:' .. student
    local row = call('HGET', student_key, section)
    if not row then error('the student lacks ' .. registration) end
    local _, _, _, _, mark = split_row(row)
    -- Who was told to be inactive under this epoch (standing.lua).
    if mark == owner[1] then
      effect(entry_removed, by, student, registration, ticket, no_memo,
             not_active_any_more, 0, -1)
      call('ZREM', waitlist, member)
      call('HDEL', student_key, section)
    else
      effect(entry_promoted, by, student, registration, ticket, no_memo, '', 1,
             -1)
      call('ZREM', waitlist, member)
      call('HSET', roster, registration,
           student .. ' ' .. by .. ' ' .. sequence .. ' ' .. at)
      call('HSET', student_key, section,
           registration .. ' ' .. by .. ' 0 ' .. at .. ' ' .. mark)
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

local function register_student(student, registration, verdict, passes, mark)
  local student_key = prefix .. 'student:' .. student
  local row = call('HGET', student_key, section)
  if row and verdict == '' then
    local held, by, ticket, since = split_row(row)
    local position = 0
    if ticket ~= '0' then
      position = call('ZRANK', waitlist, place(held, student, by, since)) + 1
    end
    return no_effect(student, already_registered, held, position, '-', '0')
  end
  local refusals = verdict
  local has_seat = enrolled < seats and waitlisted == 0
  if not is_active then
    refusals, passes = add_reason(refusals, reason_inactive), '0'
  end
  if is_frozen then refusals = add_reason(refusals, reason_frozen) end
  if not has_seat and waitlisted >= capacity then
    refusals, passes = add_reason(refusals, reason_full), '0'
  end
  if refusals ~= '' then
    return no_effect(student, rejected, '-', 0, refusals, passes)
  end
  local kind = has_seat and entry_enrolled or entry_waitlisted
  local position = has_seat and 0 or waitlisted + 1
  local ticket = has_seat and 0 or sequence + 1
  local outcome = outcome_text(status_of[kind], registration, position,
                               sequence + 1, '-')
  effect(kind, request, student, registration, ticket, memo_text(outcome), '',
         has_seat and 1 or 0, has_seat and 0 or 1)
  if has_seat then
    call('HSET', roster, registration,
         student .. ' ' .. request .. ' ' .. sequence .. ' ' .. at)
  else
    call('ZADD', waitlist, ticket, place(registration, student, request, at))
  end
  if mark ~= '-' then mark = owner[1] end
  call('HSET', student_key, section, registration .. ' ' .. request .. ' '
       .. ticket .. ' ' .. at .. ' ' .. mark)
  return remember(outcome, '0')
end

local function drop(student)
  local row = call('HGET', prefix .. 'student:' .. student, section)
  if not row then
    return no_effect(student, not_registered, '-', 0, '-', '0')
  end
  local registration, _, ticket = split_row(row)
  local kind = ticket == '0' and entry_dropped or entry_left
  local outcome = outcome_text(status_of[kind], registration, 0, sequence + 1,
                               '-')
  leave(kind, student, row, memo_text(outcome), '')
  return remember(outcome, '0')
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
    return no_effect('-', nothing_to_withdraw, registration, 0, '-', '0')
  end
  local row = call('HGET', prefix .. 'student:' .. student, section)
  if not row then error('the student lacks ' .. registration) end
  local held, _, ticket = split_row(row)
  if held ~= registration then
    error('the student holds ' .. held .. ', not ' .. registration)
  end
  local outcome = outcome_text(withdrawn, registration, 0, sequence + 1, '-')
  leave(ticket == '0' and entry_withdrawn or entry_removed, student, row,
        memo_text(outcome), reason)
  return remember(outcome, '0')
end

local function take_settings()
  settings = seats .. ' ' .. capacity .. ' ' .. version .. ' '
    .. (is_active and '1' or '0') .. ' ' .. (is_frozen and '1' or '0')
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
    return no_effect('-', version_mismatch, '-', 0, '-', '0')
  end
  if s == seats and c == capacity and a == is_active and f == is_frozen then
    return no_effect('-', settings_unchanged, '-', 0, '-', '0')
  end
  seats, capacity, is_active, is_frozen = s, c, a, f
  version = version + 1
  take_settings()
  local outcome = outcome_text(settings_changed, '-', 0, sequence + 1, '-')
  effect(entry_settings, request, '-', '-', 0, memo_text(outcome), '', 0, 0)
  call('HSET', section_key, 'seats', seats, 'capacity', capacity, 'version',
       version, 'active', a and '1' or '0', 'frozen', f and '1' or '0')
  return remember(outcome, '0')
end

-- -- batches ------------------------------------------------------------------

local function create(initial)
  seats, capacity, version, is_active, is_frozen =
    match(initial, '^(%d+) (%d+) (%d+) ([01]) ([01])$')
  seats, capacity, version = tonumber(seats), tonumber(capacity),
    tonumber(version)
  is_active, is_frozen = is_active == '1', is_frozen == '1'
  sequence, enrolled, waitlisted = 0, 0, 0
  take_settings()
  effect(entry_created, '-', '-', '-', 0, no_memo, '', 0, 0)
  call('HSET', section_key, 'seats', seats, 'capacity', capacity, 'version',
       version, 'active', is_active and '1' or '0', 'frozen',
       is_frozen and '1' or '0')
  call('HSET', epoch_key, section, '1')
end

-- Finds the section, or makes it. @returns the name of a failure, or nil.
local function load_section(of_number, of_token, may_create, initial)
  if not owner[1] or not owner[2] or owner[1] == '0' then return 'no epoch' end
  if of_number ~= owner[1] or of_token ~= owner[2] then return 'fenced' end
  section_key = prefix .. 'section:' .. section
  roster = prefix .. 'roster:' .. section
  waitlist = prefix .. 'waitlist:' .. section
  local found = call('HMGET', section_key, 'seats', 'capacity', 'version',
                     'active', 'frozen', 'sequence', 'enrolled', 'waitlisted')
  local holds, lines_up = call('HLEN', roster), call('ZCARD', waitlist)
  if found[1] then
    seats, capacity, version = tonumber(found[1]), tonumber(found[2]),
      tonumber(found[3])
    is_active, is_frozen = found[4] == '1', found[5] == '1'
    sequence, enrolled, waitlisted = tonumber(found[6]), tonumber(found[7]),
      tonumber(found[8])
    take_settings()
    if holds ~= enrolled or lines_up ~= waitlisted then return 'no rows' end
    if not has_journal then return 'no journal' end
    return nil
  end
  -- {pNN}:epoch names every section that was ever made.
  if may_create ~= '1' or call('HEXISTS', epoch_key, section) == 1 then
    return 'no section'
  end
  if holds ~= 0 or lines_up ~= 0 then return 'no rows' end
  if not has_journal then return 'no journal' end
  create(initial)
  return nil
end

local commands = {
  R = {5, register_student},
  D = {1, drop},
  W = {2, withdraw},
  S = {6, change_settings},
}

-- Answers the command at ARGV[i]; @returns its outcome and how many arguments
-- it takes.
local function answer(i)
  request, attempt = ARGV[i + 1], ARGV[i + 2]
  memo_expires, memo_ttl = ARGV[i + 3], ARGV[i + 4]
  memo_key = prefix .. 'memo:' .. section .. ':' .. request
  local known = recall()
  if known then return known end
  local outcome = commands[ARGV[i]][2](unpack(ARGV, i + 5,
                                              i + 4 + commands[ARGV[i]][1]))
  promote()
  return outcome
end

local function take_partition(key)
  epoch_key = key
  prefix = sub(key, 1, -6)
  journal = prefix .. 'journal'
  owner = call('HMGET', key, 'number', 'token')
  has_journal = call('EXISTS', journal) == 1
  us, us_text, number = began_us, format('%.0f', began_us), 0
end

local result = {}
local i = 2
-- Answers the batch at ARGV[i] and goes on behind it.
local function answer_batch()
  section, entries = ARGV[i], {}
  local failed = load_section(ARGV[i + 1], ARGV[i + 2], ARGV[i + 3],
                              ARGV[i + 4])
  local left = tonumber(ARGV[i + 5])
  local decided = {failed or '', ''}
  i = i + 6
  for _ = 1, left do
    if not failed then decided[#decided + 1] = answer(i) end
    i = i + 5 + commands[ARGV[i]][1]
  end
  if not failed then
    decided[2] = settings .. ' ' .. sequence .. ' ' .. enrolled .. ' '
      .. waitlisted
    for _, entry in ipairs(entries) do decided[#decided + 1] = entry end
  end
  result[#result + 1] = decided
end

for _, key in ipairs(KEYS) do
  take_partition(key)
  local batches = tonumber(ARGV[i])
  i = i + 1
  for _ = 1, batches do answer_batch() end
end
return result
