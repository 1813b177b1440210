provider "azurerm" {
  features {}
  default_tags {
    tags = { "lamp-mode" = "dry run please" }
  }
}

resource "azurerm_machine_learning_workspace" "ml" {
  name = "ml"
  tags = {
    "lamp-schedule.ci-ana" = "Mon-Fri 08:00-19:00 \"CET\""
    "lamp-idle.ci-ana"     = 60
    "lamp-idle"            = "$${literal}"
  }
}

resource "azapi_resource" "ci" {
  type = "Microsoft.MachineLearningServices/workspaces/computes@2024-10-01"
  name = "ci-ana"
  tags = { "lamp-idle.ci-ana" = "60m" }
  body = { properties = { computeType = "ComputeInstance" } }
}

module "team" {
  source = "./modules/team"
  extra_tags = {
    "lamp-idle" = "60m"
    "lamp-idle" = "90m"
  }
}

module "lamp-team" {
  source   = "./modules/lamp-team"
  services = { "lamp-idle" = "60" }
}
