-- A section's settings, and who changes them.

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
