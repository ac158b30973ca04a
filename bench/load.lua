-- The load that wrk sends: each request a task of random contents, 50 of them in bulk, or a page of one random owner's tasks.
-- wrk ... -s load.lua ADDRESS -- KEYS THREADS create|bulk
-- wrk ... -s load.lua ADDRESS -- KEYS THREADS retrieve FIRST TASKS
-- KEYS has a line for each account: access key, secret key and the ids of its users. Each user has so many TASKS, one due each
-- hour from FIRST on, in Unix seconds.

local random, format = math.random, string.format

-- The same as task.go's randomTask.
local create = '{"Name":"Call customer %06d back","Description":"Ask how the trial went and what is still missing",'
  .. '"DueDate":"%s %02d:%02d:00","EndDate":"%s %02d:%02d:00","Reminder":30,"NotifyBy":"%s","OwnerId":"%s","TaskType":{"Name":"%s"}}'
local retrieve = '{"Parameter":{"LookupName":"OwnerId","LookupValue":"%s","FromDate":"%s","ToDate":"%s"},'
  .. '"Sorting":{"ColumnName":"DueDate","Direction":0},"Paging":{"Offset":0,"RowCount":50}}'
local matching = 200 -- bigdatabase.go's matchingTasks

local paths = { create = "Create", bulk = "Bulk/Create", retrieve = "Retrieve" }
local accounts, days, following, body, first, tasks = {}, {}, 1, nil, 0, 0

local function when(second) return os.date("!%Y-%m-%d %H:%M:%S", second) end

local bodies = {
  create = function(owner)
    local day, hour, minute = days[random(#days)], random(0, 23), random(0, 29)
    return format(create, random(0, 999999), day, hour, minute, day, hour, minute + 30,
      random(2) == 1 and "1100" or "1000", owner, random(2) == 1 and "To-Do" or "Meeting")
  end,
  retrieve = function(owner)
    local from = first + random(0, tasks - matching) * 3600
    return format(retrieve, owner, when(from), when(from + (matching - 1) * 3600))
  end,
}

bodies.bulk = function(owner)
  local rows = {}
  for i = 1, 50 do rows[i] = bodies.create(owner) end
  return '{"TaskList":[' .. table.concat(rows, ",") .. "]}"
end

local started = 0

function setup(thread)
  thread:set("number", started)
  started = started + 1
end

-- Each thread calls for accounts of its own, one after another in random order, so that the calls spread evenly and none
-- comes to its rate limit.
function init(args)
  local threads, call = tonumber(args[2]), args[3]
  body = bodies[call]
  math.randomseed(os.time() * 8 + number)
  first, tasks = tonumber(args[4]), tonumber(args[5])
  local line_number = 0
  for line in io.lines(args[1]) do
    if line_number % threads == number then
      local words = {}
      for word in line:gmatch("%S+") do words[#words + 1] = word end
      accounts[#accounts + 1] = {
        head = "POST /v2/Task.svc/" .. paths[call] .. " HTTP/1.1\r\nHost: " .. wrk.host .. "\r\nContent-Type: application/json\r\nx-LSQ-AccessKey: "
          .. words[1] .. "\r\nx-LSQ-SecretKey: " .. words[2] .. "\r\nContent-Length: ",
        owners = { unpack(words, 3) },
      }
    end
    line_number = line_number + 1
  end
  for i = #accounts, 2, -1 do
    local j = random(i)
    accounts[i], accounts[j] = accounts[j], accounts[i]
  end
  for i = 1, 90 do days[i] = os.date("!%Y-%m-%d", os.time() + i * 86400) end
end

function request()
  local account = accounts[following]
  following = following % #accounts + 1
  local text = body(account.owners[random(#account.owners)])
  return account.head .. #text .. "\r\n\r\n" .. text
end

-- No response function: with one, wrk would hand every answer to Lua. It counts what is no 2xx or 3xx by itself, and
-- the tasks are counted in the database.
function done(summary, latency)
  local e = summary.errors
  io.write(format('figures {"answers":%d,"microseconds":%d,"failed":%d,"broken":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
