# Run by `terraform test`, with no account: the provider is a mock.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:123456789012:mock" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-central-1:123456789012:mock" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-central-1:123456789012:function:mock" }
  }
  mock_resource "aws_cloudwatch_event_bus" {
    defaults = { arn = "arn:aws:events:eu-central-1:123456789012:event-bus/shop-prod" }
  }
  mock_resource "aws_dynamodb_table" {
    defaults = { stream_arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/shop-prod/stream/1" }
  }
}

# Every variable there is: what the files of variables of a project say, beside which this lies, must not change what is tested.
variables {
  region      = "eu-central-1"
  project     = "shop"
  environment = "prod"
  packages = {
    gate    = { path = "versions.tf", sha256 = "Z2F0ZQ==" }
    insight = { path = "versions.tf", sha256 = "aW5zaWdodA==" }
    mail    = { path = "versions.tf", sha256 = "bWFpbA==" }
  }
  sender     = "reports@example.com"
  readers    = ["team@example.com", "boss@example.org"]
  recipients = ["ops@example.com"]
  models     = ["amazon.nova-lite-v1:0"]
  secrets    = { TWELVE_DATA_KEY = "/headgate/shop-prod/TWELVE_DATA_KEY" }
  sources    = { stocks = { cron = "cron(0 6 ? * MON-FRI *)", zone = "Europe/Berlin" } }
  table_sinks = {
    orders = { partition_key = "order_id", sort_key = "processed_timestamp", indexes = { by_customer = ["customer_name"] } }
  }

  # As they come.
  architecture         = "arm64"
  bucket_layout        = "one"
  inbox_prefix         = "inbox/"
  zones                = {}
  retention            = {}
  pipeline_retention   = {}
  tiering_days         = 30
  noncurrent_days      = 30
  encryption           = "s3"
  kms_key_arn          = null
  force_destroy        = false
  daily_report         = {}
  clock                = {}
  sender_identity      = null
  create_sender        = false
  secrets_kms_key_arn  = null
  retry_attempts       = 3
  analysis_days        = 7
  notify_trigger       = "bus"
  largest_file         = 268435456
  large_queue          = false
  large_queue_hours    = 4
  vpc                  = null
  stages               = {}
  longest_timeout      = 900
  idle_stages          = []
  visibility_factor    = 6
  lease_seconds        = null
  short_leases         = false
  reject_percent_alarm = 20
  oldest_minutes_alarm = 60
  saved_queries        = true
}

run "as_it_comes" {
  command = apply

  assert {
    condition     = alltrue([for stage, of in local.uses : local.visibility[stage] >= 6 * of.timeout])
    error_message = "A message must stay hidden for six times as long as its function may take."
  }
  assert {
    condition     = alltrue([for stage, of in local.uses : local.leases[stage] > of.timeout])
    error_message = "A claim must outlast the function that made it."
  }
  assert {
    condition     = toset(keys(module.stage)) == toset(["ingest", "load", "analyze", "notify", "alert", "watch", "fetch", "summarize"])
    error_message = "Each stage of flow.json has its function."
  }
  assert {
    condition     = toset(keys(local.may)) == toset(keys(local.flow)) && toset(keys(local.defaults)) == toset(keys(local.flow))
    error_message = "flow.json has a stage that rights.tf or stages.tf does not know, or the other way round."
  }
  assert {
    condition     = length(local.buckets) == 1 && output.target.HEADGATE_STORAGE == "s3://shop-prod-123456789012"
    error_message = "One bucket, unless two are asked for."
  }
  assert {
    condition     = output.target.HEADGATE_RESULTS_STORAGE == "" && output.target.HEADGATE_MAX_RECEIVES == "3"
    error_message = "The target must say where results lie, and that an event is tried three times."
  }
  assert {
    condition     = local.receives == 8
    error_message = "A queue must be more patient than its stage, or what was never begun would be dead after a minute of trouble."
  }
  assert {
    condition     = alltrue([for of in local.uses : of.batch == 1])
    error_message = "A kill must cost one message an attempt, not its neighbours'."
  }
  assert {
    condition     = local.uses["load"].timeout == 900 && local.uses["load"].memory >= 1769
    error_message = "load writes row by row: it needs a whole processor, and all the time there is."
  }
  assert {
    condition     = !anytrue([for stage, statements in local.statements : anytrue([for one in statements : one.Sid == "SecretsKey"])])
    error_message = "Without a key of one's own nobody decrypts by one."
  }
  assert {
    condition     = length(aws_sqs_queue.large) == 0
    error_message = "There is a queue of large files only where it is asked for."
  }
  assert {
    # `prefix*` would be another thing's name, too.
    condition = alltrue(flatten([for stage, statements in local.statements : [for one in statements : [
      for resource in one.Resource : resource != "*" && length(regexall("[*?]", trimsuffix(trimsuffix(resource, "/*"), ":log-stream:*"))) == 0
    ]]]))
    error_message = "A role names what it may use; below a prefix or a log group it may use everything, and nowhere else."
  }
  assert {
    condition     = alltrue(flatten([for stage, statements in local.statements : [for one in statements : [for action in one.Action : !strcontains(action, "*")]]]))
    error_message = "A role names what it may do."
  }
  assert {
    condition     = [for stage in keys(local.environment) : stage if contains(keys(local.environment[stage]), "HEADGATE_SECRETS")] == ["alert", "analyze", "fetch", "notify", "summarize"]
    error_message = "Only who needs secrets is told where they are."
  }
  assert {
    condition     = [for stage in keys(local.environment) : stage if contains(keys(local.environment[stage]), "HEADGATE_ALERT_TOPIC")] == ["alert"]
    error_message = "Only alert speaks to the topic."
  }
  assert {
    condition     = local.uses["ingest"].log_days == 7 && local.uses["summarize"].log_days == 30
    error_message = "Logs of ingest stay for 7 days, those of the daily report for 30."
  }
  assert {
    condition     = output.commands.put == "aws s3 cp FILE s3://shop-prod-123456789012/inbox/PIPELINE/ --region eu-central-1"
    error_message = "The line that puts a file must name the inbox."
  }
  assert {
    condition     = alltrue([for of in module.stage : of.is_polled]) && output.target.HEADGATE_IDLE_STAGES == ""
    error_message = "Where there are sinks and sources every stage has something to do."
  }
}

run "without_sinks_and_sources" {
  command = apply
  variables {
    idle_stages = ["load", "fetch"]
    table_sinks = {}
    sources     = {}
  }

  assert {
    condition     = toset([for stage, of in module.stage : stage if !of.is_polled]) == toset(["load", "fetch"])
    error_message = "What has nothing to do must not be polled; all else must."
  }
  assert {
    condition     = toset([for stage, of in module.stage : stage if length(of.rule_arns) == 0]) == toset(["load", "fetch"])
    error_message = "Nothing is laid before it: nobody would take it."
  }
  assert {
    condition     = toset(keys(module.stage)) == toset(keys(local.flow))
    error_message = "It stands all the same, so that its dead letters can be looked at, and a later sink finds it."
  }
  assert {
    condition     = output.target.HEADGATE_IDLE_STAGES == "fetch,load" && local.environment["ingest"].HEADGATE_IDLE_STAGES == "fetch,load"
    error_message = "Functions and laptops must know for whom nobody waits."
  }
  assert {
    condition     = length(module.observability.alarms) == 6 * 3 + 4
    error_message = "Of what has nothing to do there is nothing to tell."
  }
}

run "what_has_something_to_do_is_not_idle" {
  command = plan
  variables {
    idle_stages = ["load"]
  }
  expect_failures = [var.idle_stages]
}

run "only_load_and_fetch_can_be_idle" {
  command = plan
  variables {
    idle_stages = ["ingest"]
  }
  expect_failures = [var.idle_stages]
}

run "one_stage" {
  module {
    source = "./modules/stage"
  }
  command = apply

  variables {
    prefix       = "shop-prod"
    stage        = "ingest"
    events       = ["file.arrived"]
    bus          = "shop-prod"
    here         = { partition = "aws", region = "eu-central-1", account = "123456789012" }
    package      = { bucket = "artifacts", key = "gate.zip", version = "1", sha256 = "Z2F0ZQ==" }
    architecture = "arm64"
    uses         = { memory = 1024, timeout = 60, disk = 512, batch = 1, concurrency = 7, log_days = 7 }
    visibility   = 360
    max_receives = 8
    attempts     = 3
    environment  = { HEADGATE_REGION = "eu-central-1" }
    policy       = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    vpc          = null
    inbox        = { bucket = "shop-prod-123456789012", prefix = "inbox/" }
    from_stream  = false
    stream_arn   = "arn:aws:dynamodb:eu-central-1:123456789012:table/shop-prod/stream/1"
    more_sources = []
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.queue.redrive_policy).maxReceiveCount == 8
    error_message = "After eight receives a message is moved aside."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue.dead.redrive_allow_policy).sourceQueueArns == ["arn:aws:sqs:eu-central-1:123456789012:shop-prod-ingest"]
    error_message = "No other queue may use these dead letters."
  }
  assert {
    condition     = aws_sqs_queue.queue.visibility_timeout_seconds == 360
    error_message = "A message must stay hidden for as long as it was said."
  }
  assert {
    condition     = toset(aws_lambda_event_source_mapping.queue.function_response_types) == toset(["ReportBatchItemFailures"])
    error_message = "Only those messages of a batch come again that failed."
  }
  assert {
    condition     = one(aws_lambda_event_source_mapping.queue.scaling_config).maximum_concurrency == 7
    error_message = "The queue gives it so many messages at once."
  }
  assert {
    condition     = aws_lambda_function.function.runtime == "python3.13" && aws_lambda_function.function.architectures == tolist(["arm64"])
    error_message = "Python 3.13, on the processor that the package was built for."
  }
  assert {
    condition     = aws_lambda_function.function.handler == "headgate.hosts.aws.handlers.ingest.handler"
    error_message = "A stage's handler is in the module of its name."
  }
  assert {
    condition     = one(aws_lambda_function.function.logging_config).log_group == "/aws/lambda/shop-prod-ingest"
    error_message = "The log has a fixed name."
  }
  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.inbox[0].event_pattern).detail.object.key[0].prefix == "inbox/"
    error_message = "Only what lands in the inbox is an arrival."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue.queue.policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == ["arn:aws:events:eu-central-1:123456789012:rule/shop-prod/shop-prod-ingest", "arn:aws:events:eu-central-1:123456789012:rule/shop-prod-ingest-inbox"]
    error_message = "Only its own rules lay messages before a stage."
  }
  assert {
    condition     = length(aws_lambda_event_source_mapping.stream) == 0
    error_message = "Nothing but its queue starts it."
  }
}

run "notify_by_the_stream" {
  module {
    source = "./modules/stage"
  }
  command = apply

  variables {
    prefix       = "shop-prod"
    stage        = "notify"
    events       = []
    bus          = "shop-prod"
    here         = { partition = "aws", region = "eu-central-1", account = "123456789012" }
    package      = { bucket = "artifacts", key = "mail.zip", version = "1", sha256 = "Z2F0ZQ==" }
    architecture = "arm64"
    uses         = { memory = 1024, timeout = 60, disk = 512, batch = 1, concurrency = 2, log_days = 7 }
    visibility   = 360
    max_receives = 8
    attempts     = 3
    environment  = { HEADGATE_REGION = "eu-central-1" }
    policy       = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    vpc          = null
    inbox        = null
    from_stream  = true
    stream_arn   = "arn:aws:dynamodb:eu-central-1:123456789012:table/shop-prod/stream/1"
    more_sources = []
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.events) == 0 && length(aws_cloudwatch_event_rule.inbox) == 0
    error_message = "By the stream and by the bus, everybody would get two reports."
  }
  assert {
    condition     = jsondecode(one(one(aws_lambda_event_source_mapping.stream[0].filter_criteria).filter).pattern).eventName == ["INSERT"]
    error_message = "Only that an analysis was added is news."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.stream[0].maximum_retry_attempts == 3
    error_message = "The stream is tried as often as an event."
  }
}

run "exactly_one_trigger" {
  command = apply
  variables {
    notify_trigger = "stream"
  }

  assert {
    condition     = output.rules["notify"] == [] && length(output.rules["analyze"]) == 1
    error_message = "With the stream, no rule must start notify; the others keep theirs."
  }
  assert {
    condition     = anytrue([for one in local.statements["notify"] : one.Sid == "Stream"]) && !anytrue([for one in local.statements["analyze"] : one.Sid == "Stream"])
    error_message = "notify alone may read the stream."
  }
}

run "two_buckets" {
  command = apply
  variables {
    bucket_layout = "split"
  }

  assert {
    condition     = toset(keys(local.buckets)) == toset(["shop-prod-raw-123456789012", "shop-prod-results-123456789012"])
    error_message = "One bucket for what arrives, one for results."
  }
  assert {
    condition     = alltrue([for zone in ["accepted", "rejected", "manifests", "analysis", "reports", "ledger"] : local.bucket_of[zone] == "shop-prod-results-123456789012"])
    error_message = "Results belong into their own bucket."
  }
  assert {
    condition     = alltrue([for zone in ["inbox", "archive", "failed", "unmatched", "own"] : local.bucket_of[zone] == "shop-prod-raw-123456789012"])
    error_message = "What arrives, and what becomes of it, is raw."
  }
  assert {
    condition     = output.target.HEADGATE_RESULTS_STORAGE == "s3://shop-prod-results-123456789012" && output.target.HEADGATE_STORAGE == "s3://shop-prod-raw-123456789012"
    error_message = "The functions must know both."
  }
}

run "lifecycle" {
  module {
    source = "./modules/storage"
  }
  command = apply

  variables {
    buckets       = { files = { inbox = "inbox", accepted = "accepted", archive = "archive", manifests = "manifests", ledger = "ledger" } }
    telling       = "files"
    artifacts     = "artifacts"
    partition     = "aws"
    retention     = { accepted = 365, archive = 0 }
    pipelines     = { orders = {} }
    tiering       = 30
    noncurrent    = 30
    encryption    = "s3"
    kms_key_arn   = null
    force_destroy = false
  }

  assert {
    condition     = toset([for rule in aws_s3_bucket_lifecycle_configuration.files["files"].rule : rule.id]) == toset(["accepted", "archive", "left-overs"])
    error_message = "Neither the inbox nor manifests nor the ledger may ever lose anything."
  }
  assert {
    condition     = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.files["files"].rule : one(rule.transition).storage_class == "INTELLIGENT_TIERING" && one(rule.transition).days == 30 if rule.id != "left-overs"])
    error_message = "After 30 days objects go to Intelligent-Tiering."
  }
  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.files["files"].rule : one(rule.expiration).days if rule.id == "accepted"] == [365]
    error_message = "Accepted rows expire after a year."
  }
  assert {
    condition     = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.files["files"].rule : length(rule.expiration) == 0 if rule.id == "archive"])
    error_message = "0 days is never."
  }
  assert {
    condition     = alltrue([for bucket in ["files", "artifacts"] : jsondecode(aws_s3_bucket_policy.bucket[bucket].policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"])
    error_message = "Without TLS nobody gets in."
  }
  assert {
    condition     = alltrue([for block in aws_s3_bucket_public_access_block.bucket : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "No bucket is ever public."
  }
  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.bucket : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "What is overwritten can be had again."
  }
  assert {
    condition     = aws_s3_bucket_notification.arrivals.eventbridge
    error_message = "The bucket must tell the bus what arrives."
  }
  assert {
    condition     = !aws_s3_bucket.bucket["files"].force_destroy && aws_s3_bucket.bucket["artifacts"].force_destroy
    error_message = "Files are never deleted with the stack, unless asked for."
  }
}

run "zero_days_is_never" {
  module {
    source = "./modules/storage"
  }
  command = apply

  variables {
    buckets       = { files = { accepted = "accepted", archive = "archive" } }
    telling       = "files"
    artifacts     = "artifacts"
    partition     = "aws"
    retention     = { accepted = 365, archive = 0 }
    pipelines     = {}
    tiering       = 0
    noncurrent    = 0
    encryption    = "s3"
    kms_key_arn   = null
    force_destroy = false
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.files["files"].rule : rule.id] == ["accepted", "left-overs"]
    error_message = "A rule that does nothing is refused by S3."
  }
  assert {
    condition     = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.files["files"].rule : length(rule.transition) == 0 && length(rule.noncurrent_version_expiration) == 0])
    error_message = "0 must not mean at once."
  }
}

run "a_pipeline_keeps_its_part_for_a_shorter_time" {
  module {
    source = "./modules/storage"
  }
  command = apply

  variables {
    buckets       = { files = { analysis = "findings", archive = "archive" } }
    telling       = "files"
    artifacts     = "artifacts"
    partition     = "aws"
    retention     = { analysis = 365, archive = 0 }
    pipelines     = { orders = { archive = 0 }, health = { analysis = 7, archive = 365 } }
    tiering       = 30
    noncurrent    = 30
    encryption    = "s3"
    kms_key_arn   = null
    force_destroy = false
  }

  assert {
    condition = jsonencode({ for rule in aws_s3_bucket_lifecycle_configuration.files["files"].rule : rule.id => [one(rule.filter).prefix, one(rule.expiration[*].days), one(rule.transition[*].days)] if rule.id != "left-overs" }) == jsonencode({
      analysis        = ["findings/", 365, 30]
      analysis-health = ["findings/health/", 7, null]
      archive         = ["archive/", null, 30]
      archive-health  = ["archive/health/", 365, 30]
    })
    error_message = "Its own part goes first, and nothing else does; what goes before it is tiered is not tiered, and no other zone is spoilt by it."
  }
}

run "a_pipeline_keeps_its_part_for_a_longer_time" {
  module {
    source = "./modules/storage"
  }
  command = apply

  variables {
    buckets       = { files = { failed = "failed", reports = "reports", rejected = "rejected" } }
    telling       = "files"
    artifacts     = "artifacts"
    partition     = "aws"
    retention     = { failed = 30, reports = 10, rejected = 20 }
    pipelines     = { orders = { failed = 0 }, stocks = { reports = 40 }, health = { reports = 2, rejected = 1 } }
    tiering       = 0
    noncurrent    = 30
    encryption    = "s3"
    kms_key_arn   = null
    force_destroy = false
  }

  assert {
    condition = { for rule in aws_s3_bucket_lifecycle_configuration.files["files"].rule : one(rule.filter).prefix => one(rule.expiration[*].days) if rule.id != "left-overs" } == {
      "failed/health/"    = 30
      "failed/stocks/"    = 30
      "failed/unmatched/" = 30
      "reports/daily/"    = 10
      "reports/health/"   = 2
      "reports/orders/"   = 10
      "reports/stocks/"   = 40
      "rejected/"         = 20
      "rejected/health/"  = 1
    }
    error_message = "No rule of a shorter term may cover what a pipeline keeps longer; and what belongs to no pipeline must go, too."
  }
}

run "tables_are_protected" {
  module {
    source = "./modules/ledger"
  }
  command = apply

  variables {
    name          = "shop-prod"
    sinks         = { orders = { partition_key = "order_id" } }
    force_destroy = false
  }

  assert {
    condition     = aws_dynamodb_table.ledger.deletion_protection_enabled && aws_dynamodb_table.sink["orders"].deletion_protection_enabled
    error_message = "No slip may take a table down."
  }
}

run "tables_go_with_the_files" {
  module {
    source = "./modules/ledger"
  }
  command = apply

  variables {
    name          = "shop-prod"
    sinks         = { orders = { partition_key = "order_id" } }
    force_destroy = true
  }

  assert {
    condition     = !aws_dynamodb_table.ledger.deletion_protection_enabled && !aws_dynamodb_table.sink["orders"].deletion_protection_enabled
    error_message = "Who says force_destroy means the tables, too."
  }
}

run "secrets_by_a_key_of_ones_own" {
  command = apply
  variables {
    secrets_kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/2"
  }

  assert {
    condition = [for stage, statements in local.statements : stage if anytrue([for one in statements :
      one.Sid == "SecretsKey" && one.Resource == ["arn:aws:kms:eu-central-1:123456789012:key/2"] && one.Action == ["kms:Decrypt"]
    ])] == ["alert", "analyze", "fetch", "notify", "summarize"]
    error_message = "Who reads secrets must be able to decrypt them, and nobody else."
  }
}

run "encrypted_by_a_key_of_ones_own" {
  command = apply
  variables {
    encryption  = "kms"
    kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1"
  }

  assert {
    condition     = alltrue([for stage, statements in local.statements : anytrue([for one in statements : one.Sid == "Key" && one.Resource == ["arn:aws:kms:eu-central-1:123456789012:key/1"]])])
    error_message = "Every function reads and writes files: it needs the key, and no other."
  }
}

run "a_queue_for_large_files" {
  command = apply
  variables {
    large_queue = true
  }

  assert {
    condition     = length(aws_sqs_queue.large) == 1 && output.target.HEADGATE_LARGE_QUEUE == "true"
    error_message = "Large files wait in a queue."
  }
  assert {
    condition     = [for one in jsondecode(aws_sqs_queue.large[0].policy).Statement : "${one.Effect} ${one.Principal} ${one.Action} ${one.Condition.Bool["aws:SecureTransport"]}"] == ["Deny * sqs:* false"]
    error_message = "Nobody talks to it without TLS."
  }
  assert {
    condition     = module.observability.thresholds["large-oldest"] == 4 * 3600 && module.observability.thresholds["ingest-oldest"] == 60 * 60
    error_message = "Hours and minutes are told in seconds."
  }
  assert {
    condition     = anytrue([for one in local.statements["ingest"] : contains(one.Resource, "arn:aws:sqs:eu-central-1:123456789012:shop-prod-large") && contains(one.Action, "sqs:SendMessage")])
    error_message = "ingest must be able to put them there."
  }
}

run "alarms" {
  module {
    source = "./modules/observability"
  }
  command = apply

  variables {
    prefix         = "shop-prod"
    topic_arn      = "arn:aws:sns:eu-central-1:123456789012:shop-prod-alarms"
    log_groups     = { ingest = "/aws/lambda/shop-prod-ingest" }
    buckets        = ["shop-prod-123456789012", "shop-prod-results-123456789012"]
    reject_percent = 20
    dead_ticks     = "shop-prod-schedule-dead"
    oldest_seconds = 3600
    large_seconds  = 14400
    saved_queries  = true
  }

  assert {
    condition = toset(keys(aws_cloudwatch_metric_alarm.alarm)) == toset([
      "ingest-errors", "ingest-dead", "ingest-oldest", "throttles", "reject-percent", "retries-exhausted", "schedule-dead",
      "large-oldest",
    ])
    error_message = "What goes wrong must be told."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.alarm : alarm.alarm_actions == toset(["arn:aws:sns:eu-central-1:123456789012:shop-prod-alarms"])])
    error_message = "Alarms go to the topic."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.alarm["ingest-dead"].dimensions.QueueName == "shop-prod-ingest-dead" && aws_cloudwatch_metric_alarm.alarm["ingest-dead"].threshold == 0
    error_message = "One dead letter is enough."
  }
  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.alarm : name => "${alarm.namespace} ${alarm.metric_name} of ${join(" ", values(alarm.dimensions == null ? {} : alarm.dimensions))}: ${alarm.statistic} in ${alarm.period} s above ${alarm.threshold}" } == {
      "ingest-errors"     = "AWS/Lambda Errors of shop-prod-ingest: Sum in 300 s above 0"
      "ingest-dead"       = "AWS/SQS ApproximateNumberOfMessagesVisible of shop-prod-ingest-dead: Maximum in 300 s above 0"
      "ingest-oldest"     = "AWS/SQS ApproximateAgeOfOldestMessage of shop-prod-ingest: Maximum in 300 s above 3600"
      "large-oldest"      = "AWS/SQS ApproximateAgeOfOldestMessage of shop-prod-large: Maximum in 300 s above 14400"
      "throttles"         = "AWS/Lambda Throttles of : Sum in 300 s above 0"
      "reject-percent"    = "Headgate reject_percent of shop-prod: Average in 3600 s above 20"
      "retries-exhausted" = "Headgate retries_exhausted of shop-prod: Sum in 300 s above 0"
      "schedule-dead"     = "AWS/SQS ApproximateNumberOfMessagesVisible of shop-prod-schedule-dead: Maximum in 300 s above 0"
    }
    error_message = "Each alarm looks at what it is named after."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.alarm : alarm.comparison_operator == "GreaterThanThreshold" && alarm.evaluation_periods == 1 && alarm.treat_missing_data == "notBreaching"])
    error_message = "What is above its threshold is told at once, and nothing is where nothing comes."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.alarm : alarm.ok_actions == alarm.alarm_actions])
    error_message = "What is well again is told, too."
  }
  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.dashboard.dashboard_body).widgets) > 15 && !strcontains(aws_cloudwatch_dashboard.dashboard.dashboard_body, "{prefix}")
    error_message = "The dashboard must be JSON, with every name filled in."
  }
  assert {
    condition     = alltrue([for query in aws_cloudwatch_query_definition.query : query.log_group_names == tolist(["/aws/lambda/shop-prod-ingest"])])
    error_message = "Saved queries look at the functions' logs."
  }
}

run "schedules" {
  module {
    source = "./modules/schedule"
  }
  command = apply

  variables {
    prefix       = "shop-prod"
    bus_arn      = "arn:aws:events:eu-central-1:123456789012:event-bus/shop-prod"
    here         = { partition = "aws", region = "eu-central-1", account = "123456789012" }
    daily_report = { cron = "cron(30 1 * * ? *)", zone = "America/New_York" }
    clock        = { minutes = 5 }
  }

  assert {
    condition     = jsondecode(aws_scheduler_schedule.tick["source-stocks"].target[0].input) == { scheduled = "<aws.scheduler.scheduled-time>", pipeline = "stocks" }
    error_message = "A tick must say when it was due, and for what."
  }
  assert {
    condition     = strcontains(aws_scheduler_schedule.tick["day"].target[0].input, "<aws.scheduler.scheduled-time>")
    error_message = "Scheduler fills in the time only where the brackets stand as they are."
  }
  assert {
    condition     = aws_scheduler_schedule.tick["day"].schedule_expression_timezone == "America/New_York" && aws_scheduler_schedule.tick["source-stocks"].schedule_expression_timezone == "Europe/Berlin"
    error_message = "Each schedule goes by its own zone."
  }
  assert {
    condition = { for name, tick in aws_scheduler_schedule.tick : name => tick.schedule_expression } == {
      "day" = "cron(30 1 * * ? *)", "clock" = "rate(5 minutes)", "source-stocks" = "cron(0 6 ? * MON-FRI *)"
    }
    error_message = "Each goes by its own clock."
  }
  assert {
    condition = { for name, tick in aws_scheduler_schedule.tick : name => "${one(tick.target[0].retry_policy).maximum_event_age_in_seconds} s, ${one(tick.target[0].retry_policy).maximum_retry_attempts} times" } == {
      "day" = "86400 s, 185 times", "clock" = "300 s, 3 times", "source-stocks" = "86400 s, 185 times"
    }
    error_message = "A day's report is worth waiting for, a tick of the clock is not."
  }
  assert {
    condition = { for name, tick in aws_scheduler_schedule.tick : name => "${one(tick.target[0].eventbridge_parameters).source} ${one(tick.target[0].eventbridge_parameters).detail_type} ${one(tick.flexible_time_window).mode}" } == {
      "day" = "headgate.schedule day.ended OFF", "clock" = "headgate.schedule clock.ticked OFF", "source-stocks" = "headgate.schedule source.due OFF"
    }
    error_message = "Each tick is what its rule waits for, and comes at its time."
  }
  assert {
    condition     = alltrue([for tick in aws_scheduler_schedule.tick : one(tick.target[0].dead_letter_config).arn == aws_sqs_queue.dead.arn])
    error_message = "A tick that nobody got must be kept."
  }
  assert {
    condition     = contains(flatten([for one in jsondecode(aws_iam_role_policy.scheduler.policy).Statement : one.Resource if one.Action == ["sqs:SendMessage"]]), "arn:aws:sqs:eu-central-1:123456789012:shop-prod-schedule-dead")
    error_message = "Scheduler must be able to keep it."
  }
}

run "names_that_are_too_long" {
  command = plan
  variables {
    project = "a-project-with-a-rather-long-name"
  }
  expect_failures = [var.environment]
}

run "a_wildcard_is_no_model" {
  command = plan
  variables {
    models = ["*"]
  }
  expect_failures = [var.models]
}

run "a_wildcard_is_no_parameter" {
  command = plan
  variables {
    secrets = { KEY = "/headgate/*" }
  }
  expect_failures = [var.secrets]
}

run "days_are_whole" {
  command = plan
  variables {
    retention          = { failed = 1.5 }
    pipeline_retention = { orders = { failed = -1 } }
    tiering_days       = 0.5
    noncurrent_days    = -1
  }
  expect_failures = [var.retention, var.pipeline_retention, var.tiering_days, var.noncurrent_days]
}

run "a_message_must_not_come_again_meanwhile" {
  command = plan
  variables {
    visibility_factor = 0.5
  }
  expect_failures = [var.visibility_factor]
}

run "a_claim_must_outlast_its_function" {
  command = plan
  variables {
    lease_seconds = 900
  }
  expect_failures = [var.lease_seconds]
}

run "no_function_takes_longer_than_it_may_and_all_that_waits_for_it_is_shorter_too" {
  command = plan
  variables {
    longest_timeout   = 90
    lease_seconds     = 100
    visibility_factor = 1.25
    stages            = { ingest = { timeout = 600 }, watch = { timeout = 30 } }
  }

  assert {
    condition     = local.uses["load"].timeout == 90 && local.uses["ingest"].timeout == 90 && local.uses["watch"].timeout == 30
    error_message = "The cap must hold for what is asked for, and for what is not."
  }
  assert {
    condition     = max(values(local.visibility)...) == 113 && max(values(local.leases)...) == 100
    error_message = "What a killed function held must be free as soon."
  }
}

run "a_rehearsal_may_wait_for_the_end_of_a_claim" {
  command = plan
  variables {
    lease_seconds = 25
    short_leases  = true
  }

  assert {
    condition     = alltrue([for seconds in values(local.leases) : seconds == 25])
    error_message = "A rehearsal says how long claims hold."
  }
}

run "in_a_private_network" {
  command = apply
  variables {
    vpc = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }

  assert {
    condition     = toset(flatten([for one in local.statements["load"] : one.Action if contains(one.Resource, "*")])) == toset(["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"])
    error_message = "On everything it may look, and do nothing."
  }
}

run "a_model_through_an_inference_profile" {
  command = apply
  variables {
    models = ["eu.amazon.nova-lite-v1:0"]
  }

  assert {
    condition     = local.models == ["arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0"]
    error_message = "The profile is what is asked."
  }
  assert {
    condition = alltrue([for one in local.statements["analyze"] :
      one.Condition.StringEquals["bedrock:InferenceProfileArn"] == "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0"
    if one.Sid == "Profile0"]) && anytrue([for one in local.statements["analyze"] : one.Sid == "Profile0"])
    error_message = "Its model may be asked in other regions through the profile only."
  }
}

run "what_would_be_a_wildcard_in_a_right_is_refused" {
  command = plan
  variables {
    sender              = "*@example.com"
    sender_identity     = "?eports@example.com"
    vpc                 = { subnet_ids = ["*"], security_group_ids = ["sg-1"] }
    inbox_prefix        = "*/"
    zones               = { accepted = "*" }
    secrets_kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/*"
  }
  expect_failures = [var.sender, var.sender_identity, var.vpc, var.inbox_prefix, var.zones, var.secrets_kms_key_arn]
}

run "what_aws_would_refuse_is_refused_before" {
  command = plan
  variables {
    daily_report = { cron = "cron(nonsense)", zone = "Mars Olympus" }
    sources      = { stocks = { cron = "cron(0 6)" } }
    stages       = { ingest = { batch = 500, disk = 100, log_days = 8 } }
  }
  expect_failures = [var.daily_report, var.sources, var.stages]
}
