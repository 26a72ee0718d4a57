-- Reads the headers of a partition's sections; those of which a key is
-- lost are left out, they answer for themselves.
--
-- KEYS[1]  {pNN}:epoch, which names them
-- returns  section, settings, sequence and counts, in turn; nil where the
--          partition has no epoch
local prefix = string.sub(KEYS[1], 1, -6)
local names = redis.call('HKEYS', KEYS[1])
if #names == 0 then return false end
local result = {}
for _, name in ipairs(names) do
  if #name == 36 then
    local settings = redis.call('HGET', prefix .. 'section:' .. name,
                                'settings')
    local counts = redis.call('HGET', prefix .. 'roster:' .. name, 'counts')
    if settings and counts then
      result[#result + 1] = name
      result[#result + 1] = settings .. ' ' .. counts
    end
  end
end
return result
