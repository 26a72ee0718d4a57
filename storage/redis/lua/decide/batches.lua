-- Batches: their sections, their commands, what they are answered.

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
