variable "region" {
  description = "Where the deployment is, and is delivered from."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like eu-central-1."
  }
}

variable "project" {
  description = "Name of the project, as in headgate.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.project))
    error_message = "Lower-case letters, digits and hyphens, a letter first."
  }
}

variable "environment" {
  description = "Name of the environment that is delivered to, such as prod."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.environment))
    error_message = "Lower-case letters, digits and hyphens, a letter first."
  }
  validation {
    condition     = length("${var.project}-${var.environment}") <= 32
    error_message = "Project and environment, with the hyphen between, have 32 characters at most."
  }
}

variable "repository" {
  description = "The repository with headgate.yaml, as owner/name."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-][A-Za-z0-9_.-]*/[A-Za-z0-9_-][A-Za-z0-9_.-]*$", var.repository))
    error_message = "A repository is written as owner/name."
  }
}

variable "branch" {
  description = "A push to this branch deploys."
  type        = string
  default     = "main"

  validation {
    condition     = can(regex("^[A-Za-z0-9._/+#@=,-]+$", var.branch))
    error_message = "A branch by its name, without a wildcard."
  }
}

variable "provider_type" {
  description = "Who keeps the repository."
  type        = string
  default     = "GitHub"

  validation {
    condition     = contains(["GitHub", "GitHubEnterpriseServer", "GitLab", "GitLabSelfManaged", "Bitbucket"], var.provider_type)
    error_message = "GitHub, GitHubEnterpriseServer, GitLab, GitLabSelfManaged or Bitbucket."
  }
}

variable "connection_arn" {
  description = "A CodeStar connection that is there already; without it, one is made, and somebody must accept it once."
  type        = string
  default     = null

  validation {
    condition     = var.connection_arn == null ? true : can(regex("^arn:[a-z-]+:(codestar-connections|codeconnections):[a-z0-9-]+:[0-9]{12}:connection/[a-z0-9-]+$", var.connection_arn))
    error_message = "The ARN of a connection: arn:aws:codestar-connections:REGION:ACCOUNT:connection/ID."
  }
}

variable "codepipeline" {
  description = "Whether CodePipeline delivers; false where GitHub Actions do it alone."
  type        = bool
  default     = true
}

variable "manual_approval" {
  description = "Whether a person approves the plan before it is applied."
  type        = bool
  default     = true
}

variable "approval_mails" {
  description = "Addresses that are told when a plan waits for approval."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.approval_mails : can(regex("^[^\\s@*?$]+@[^\\s@*?$]+$", address))])
    error_message = "Each is a mail address."
  }
}

variable "github_actions" {
  description = "Whether workflows of the repository may take the roles by OIDC: plan on the branch, apply in the GitHub environment of var.environment's name."
  type        = bool
  default     = false
}

variable "oidc_provider_arn" {
  description = "The account's OIDC provider of GitHub, where it has one (there can be only one); without it, one is made."
  type        = string
  default     = null

  validation {
    condition     = var.oidc_provider_arn == null ? true : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/[a-z0-9./-]+$", var.oidc_provider_arn))
    error_message = "The ARN of a provider: arn:aws:iam::ACCOUNT:oidc-provider/token.actions.githubusercontent.com."
  }
}

variable "state_bucket" {
  description = "The bucket that keeps the state of infra/stack; infra/state makes one."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.state_bucket))
    error_message = "A bucket by its name, without s3://."
  }
}

variable "state_key" {
  description = "Key of that state, as infra/stack/backend.tf has it; default <project>/stack.tfstate, as infra/state prints it. The environment's state lies below env:/<environment>/."
  type        = string
  default     = null

  validation {
    condition     = var.state_key == null ? true : (can(regex("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", var.state_key)) && !contains(split("/", var.state_key), ".."))
    error_message = "A key such as shop/stack.tfstate, without env:/ before it."
  }
}

variable "project_folder" {
  description = "The folder with headgate.yaml and infra/, in the repository."
  type        = string
  default     = "."

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", var.project_folder)) && !contains(split("/", var.project_folder), "..")
    error_message = "A folder within the repository."
  }
}

variable "lint_command" {
  description = "What the check runs first."
  type        = string
  default     = "bash infra/delivery/scripts/lint.sh"
}

variable "test_command" {
  description = "What the check runs then; it may write JUnit files into reports/."
  type        = string
  default     = "if [ -d tests ]; then python -m pytest --junitxml=reports/junit.xml; fi"
}

variable "image" {
  description = "CodeBuild's image (x86_64); it must have Python 3.13."
  type        = string
  default     = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
}

variable "log_days" {
  description = "Days that the builds' logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days; 0 is for ever."
  }
}

variable "plan_days" {
  description = "Days that plans, and sources on their way, are kept."
  type        = number
  default     = 90

  validation {
    condition     = var.plan_days >= 1 && floor(var.plan_days) == var.plan_days
    error_message = "Whole days, 1 or more."
  }
}
