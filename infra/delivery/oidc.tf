# GitHub says who a workflow is; AWS takes its word for two roles, and for this repository only.

locals {
  github = "token.actions.githubusercontent.com"
  oidc_arn = (var.github_actions
    ? coalesce(var.oidc_provider_arn, one(aws_iam_openid_connect_provider.github[*].arn))
    : null
  )

  # Whoever may push to the branch may plan; only jobs of the environment, which its reviewers let go on, may apply.
  subjects = {
    check = null
    plan  = "repo:${var.repository}:ref:refs/heads/${var.branch}"
    apply = "repo:${var.repository}:environment:${var.environment}"
  }
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.github_actions && var.oidc_provider_arn == null ? 1 : 0

  url            = "https://${local.github}"
  client_id_list = ["sts.amazonaws.com"]
}
