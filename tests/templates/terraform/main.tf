# tags = { "lamp-schedule" = "Mon-Fry 08:00-19:00" }
// lamp-idle = "60"
/* "lamp-mode" = "dryrun" */
locals {
  common = {
    costCentre  = "4711"
    "lamp-idle" = "60"
  }
  unrelated = {
    lamp-post = "Fry"
  }
}

variable "tags" {
  type = map(string)
  default = {
    lamp-holidays : "Bavaria"
  }
}

resource "azurerm_resource_group" "ml" {
  name     = "rg-ml"
  location = "westeurope"
  tags     = var.tags
}

resource "azurerm_machine_learning_compute_instance" "ana" {
  name                          = "ci-ana"
  machine_learning_workspace_id = azurerm_machine_learning_workspace.ml.id
  virtual_machine_size          = "STANDARD_DS3_V2"
  tags = merge(local.common, var.tags, {
    "lamp-schedule" = "Mon-Fri 08:00-19:00 Europe/Munich"
    lamp-notice     = var.notice
    "lamp-mode"     = var.careful ? "dry-run" : "enforced"
  })
}
