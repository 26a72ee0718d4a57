-- Effects: their entries in the journal, and the counts after them.

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
