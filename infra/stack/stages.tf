# What each function may use; `stages` in the project's variables changes it.

locals {
  # memory and disk in MB, timeout in seconds, batch in messages that one call gets.
  # One message at a time: a kill costs only that one an attempt.
  # By what was measured (docs/benchmarks.md): the largest file that a function takes needs 410 MB, and 17 seconds of a processor. A function's
  # processor is by its memory, one for 1769 MB: ingest, load and analyze are given it, and the time that a dirty file, a model or a busy
  # table may take. load has as long as AWS allows: it writes row by row. Less than 512 MB would make a start take more than ten seconds.
  defaults = {
    ingest    = { memory = 1769, timeout = 300, disk = 4096, batch = 1, concurrency = 10, log_days = 7 }
    load      = { memory = 1769, timeout = 900, disk = 1024, batch = 1, concurrency = 5, log_days = 14 }
    analyze   = { memory = 1769, timeout = 300, disk = 2048, batch = 1, concurrency = 10, log_days = 14 }
    notify    = { memory = 1024, timeout = 120, disk = 512, batch = 1, concurrency = 5, log_days = 14 }
    alert     = { memory = 512, timeout = 120, disk = 512, batch = 1, concurrency = 2, log_days = 14 }
    watch     = { memory = 512, timeout = 60, disk = 512, batch = 1, concurrency = 2, log_days = 14 }
    fetch     = { memory = 512, timeout = 300, disk = 512, batch = 1, concurrency = 2, log_days = 14 }
    summarize = { memory = 1024, timeout = 300, disk = 512, batch = 1, concurrency = 2, log_days = 30 }
  }

  wished = { for stage, of in local.defaults : stage => merge(
    of, { for what, value in try(var.stages[stage], {}) : what => value if value != null }
  ) }
  uses = { for stage, of in local.wished : stage => merge(of, { timeout = min(of.timeout, var.longest_timeout) }) }

  # Made by scripts/flow_json.py from flow.py: which stage takes which events, and which zip it is in.
  flow = jsondecode(file("${path.module}/flow.json")).stages

  leases = { for stage, of in local.uses : stage => var.lease_seconds == null ? of.timeout + 60 : var.lease_seconds }

  # A stage gives an event up after so many attempts, and says so. The queue itself moves aside, without a word, only what no function
  # could even begin or end: it must not be the first to lose patience, or a minute of trouble would look like dead events.
  receives = var.retry_attempts + 5

  # No more than AWS allows: 12 hours.
  visibility = { for stage, of in local.uses : stage => min(ceil(var.visibility_factor * of.timeout), 43200) }
}
