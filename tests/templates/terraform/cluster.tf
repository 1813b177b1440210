# What azurerm makes and a schedule changes.
resource "azurerm_machine_learning_compute_cluster" "train" {
  name = "train"
  tags = {
    "lamp-schedule"   = "Mon-Fri 08:00-19:00"
    "lamp-max-uptime" = "12h"
    lamp-warm         = 0
  }
  scale_settings {
    min_node_count = 4
    max_node_count = 8
  }
}

resource "azurerm_linux_virtual_machine" "labeler" {
  tags = { "lamp-idle" = "1h", "lamp-web" = "shop" }
}

resource "azurerm_kubernetes_cluster" "shared" {
  tags = { "lamp-schedule" = "Fry" }
}

resource "azapi_resource" "other" {
  type = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
  tags = { lamp-idle = "30m" }
  body = { properties = { computeType = "AmlCompute" } }
}

resource "azurerm_machine_learning_compute_instance" "ana" {
  tags = { lamp-floor = "1" }
}
