# Who may do what. plan runs what a push brought before anybody looked at it: it only reads.

locals {
  # Only kinds of resources that a statement is scoped to; which actions, says actions.json.
  arns = {
    bucket  = [for name in local.stack_buckets : "arn:${local.partition}:s3:::${name}"]
    package = ["arn:${local.partition}:s3:::${local.prefix}-artifacts-${local.account}/*"]
    table = [
      "arn:${local.partition}:dynamodb:${local.here}:table/${local.prefix}",
      "arn:${local.partition}:dynamodb:${local.here}:table/${local.prefix}-*",
    ]
    function = ["arn:${local.partition}:lambda:${local.here}:function:${local.prefix}-*"]
    # A mapping's ARN is a UUID: what it maps to is the condition.
    mapping = ["arn:${local.partition}:lambda:${local.here}:event-source-mapping:*"]
    # Who asks for tags names no function: the condition would never hold.
    mapping_tags = ["arn:${local.partition}:lambda:${local.here}:event-source-mapping:*"]
    queue        = ["arn:${local.partition}:sqs:${local.here}:${local.prefix}-*"]
    bus          = ["arn:${local.partition}:events:${local.here}:event-bus/${local.prefix}"]
    rule = [
      "arn:${local.partition}:events:${local.here}:rule/${local.prefix}-*",
      "arn:${local.partition}:events:${local.here}:rule/${local.prefix}/${local.prefix}-*",
    ]
    schedule = ["arn:${local.partition}:scheduler:${local.here}:schedule/${local.prefix}/*"]
    group    = ["arn:${local.partition}:scheduler:${local.here}:schedule-group/${local.prefix}"]
    log_group = [
      "arn:${local.partition}:logs:${local.here}:log-group:/aws/lambda/${local.prefix}-*",
    ]
    alarm     = ["arn:${local.partition}:cloudwatch:${local.here}:alarm:${local.prefix}-*"]
    dashboard = ["arn:${local.partition}:cloudwatch::${local.account}:dashboard/${local.prefix}*"]
    topic     = ["arn:${local.partition}:sns:${local.here}:${local.prefix}-alarms"]
    role      = ["arn:${local.partition}:iam::${local.account}:role/${local.prefix}-*"]
    passed    = ["arn:${local.partition}:iam::${local.account}:role/${local.prefix}-*"]
    identity  = ["arn:${local.partition}:ses:${local.here}:identity/*"]
    # AWS knows no resource for these; they create and read names, no data.
    nothing = ["*"]
    mapped  = ["*"]
  }

  conditions = {
    mapping = { ArnLike = { "lambda:FunctionArn" = local.function_arn } }
    mapped  = { ArnLike = { "lambda:FunctionArn" = local.function_arn } }
    nothing = { StringEquals = { "aws:RequestedRegion" = var.region } }
    passed  = { StringEquals = { "iam:PassedToService" = ["lambda.amazonaws.com", "scheduler.amazonaws.com", "events.amazonaws.com"] } }
  }
  function_arn  = "arn:${local.partition}:lambda:${local.here}:function:${local.prefix}-*"
  stack_buckets = [for part in ["", "-raw", "-results", "-artifacts"] : "${local.prefix}${part}-${local.account}"]

  # actions.json: area → read or write → kind of resource → actions.
  actions = jsondecode(file("${path.module}/actions.json"))
  rights = merge([for area, ways in local.actions : {
    for way, kinds in ways : "${area}-${way}" => [
      for kind, actions in kinds : merge(
        { Sid = replace(title(kind), "_", ""), Effect = "Allow", Action = actions, Resource = local.arns[kind] },
        contains(keys(local.conditions), kind) ? { Condition = local.conditions[kind] } : {},
      )
    ]
  }]...)

  attached = concat(
    [for right, _ in local.rights : { step = "plan", right = right } if endswith(right, "-read")],
    [for right, _ in local.rights : { step = "apply", right = right }],
  )
}

resource "aws_iam_policy" "right" {
  for_each = local.rights

  name        = "${local.name}-${each.key}"
  description = "Delivery of ${local.prefix}: ${each.key}"
  policy      = jsonencode({ Version = "2012-10-17", Statement = each.value })
  #checkov:skip=CKV_AWS_289: the role that deploys makes the functions' roles; their names are scoped, its own are denied
  #checkov:skip=CKV_AWS_355: only what AWS knows no resource for, in one region
  #checkov:skip=CKV_AWS_290: only what AWS knows no resource for, in one region
  #checkov:skip=CKV_AWS_286: the role that deploys makes the functions' roles; their names are scoped, its own are denied
}

resource "aws_iam_role_policy_attachment" "right" {
  for_each = { for one in local.attached : "${one.step}-${one.right}" => one }

  role       = aws_iam_role.step[each.value.step].name
  policy_arn = aws_iam_policy.right[each.value.right].arn
}

resource "aws_iam_role" "step" {
  for_each = local.steps

  name        = "${local.name}-${each.key}"
  description = "Delivery of ${local.prefix}: ${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      var.codepipeline ? [{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "codebuild.amazonaws.com" }
        Condition = { StringEquals = { "aws:SourceArn" = "arn:${local.partition}:codebuild:${local.here}:project/${local.name}-${each.key}" } }
      }] : [],
      var.github_actions && local.subjects[each.key] != null ? [{
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = local.oidc_arn }
        Condition = { StringEquals = { "${local.github}:aud" = "sts.amazonaws.com", "${local.github}:sub" = local.subjects[each.key] } }
      }] : [],
      # A role must trust somebody, and this one has nobody to trust.
      var.codepipeline || (var.github_actions && local.subjects[each.key] != null) ? [] : [{
        Effect    = "Deny"
        Action    = "sts:AssumeRole"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
      }],
    )
  })
}

resource "aws_iam_role_policy" "step" {
  for_each = local.steps

  name = "delivery"
  role = aws_iam_role.step[each.key].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.build_rights[each.key], local.step_rights[each.key])
  })
}

locals {
  build_rights = { for step in local.steps : step => var.codepipeline ? [
    {
      Sid      = "Logs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["arn:${local.partition}:logs:${local.here}:log-group:/aws/codebuild/${local.name}-${step}:*"]
    },
    {
      Sid      = "Source", Effect = "Allow", Action = ["s3:GetObject", "s3:GetObjectVersion"]
      Resource = ["${local.artifacts_arn}/*"]
    },
  ] : [] }

  # Where `headgate deploy` keeps the state of an environment: in the workspace of its name.
  state_arn = "arn:${local.partition}:s3:::${var.state_bucket}/env:/${var.environment}/${local.state_key}"
  state_rights = [
    {
      Sid      = "State", Effect = "Allow", Action = ["s3:GetObject"]
      Resource = [local.state_arn]
    },
    {
      Sid      = "StateLock", Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
      Resource = ["${local.state_arn}.tflock"]
    },
    {
      Sid       = "StateList", Effect = "Allow", Action = ["s3:ListBucket"]
      Resource  = ["arn:${local.partition}:s3:::${var.state_bucket}"]
      Condition = { StringLike = { "s3:prefix" = ["env:/*"] } }
    },
  ]

  step_rights = {
    check = [
      local.cache_rights["check"],
      {
        Sid      = "Reports", Effect = "Allow"
        Action   = ["codebuild:CreateReport", "codebuild:UpdateReport", "codebuild:BatchPutTestCases"]
        Resource = ["arn:${local.partition}:codebuild:${local.here}:report-group/${local.name}-check-tests"]
      },
    ]
    plan = concat(local.state_rights, [
      local.cache_rights["plan"],
      { Sid = "Plans", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["${local.bucket_arn}/plans/*"] },
    ])
    apply = concat(local.state_rights, [
      { Sid = "StateWrite", Effect = "Allow", Action = ["s3:PutObject"], Resource = [local.state_arn] },
      { Sid = "Plans", Effect = "Allow", Action = ["s3:GetObject"], Resource = ["${local.bucket_arn}/plans/*"] },
      # Whoever deploys the functions' roles must not widen its own.
      {
        Sid      = "NotItself", Effect = "Deny", NotAction = ["iam:GetRole", "iam:ListRolePolicies"]
        Resource = ["arn:${local.partition}:iam::${local.account}:role/${local.name}-*"]
      },
    ])
  }

  cache_rights = { for step in ["check", "plan"] : step => {
    Sid      = "Cache", Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"]
    Resource = ["${local.bucket_arn}/cache/${step}/*"]
  } }
}
