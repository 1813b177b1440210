locals {
  computes = {
    ana = { size = "STANDARD_DS3_V2", tags = { "lamp-schedule" = "lun-ven 8h30-19h" } }
    rui = { size = "STANDARD_DS3_V2", tags = { "lamp-schedule" = "always", "lamp-idle" = "2h" } }
  }
  plain = {
    one = { "lamp-max-uptime" = "12" }
  }
}

resource "azurerm_machine_learning_compute_instance" "each" {
  for_each             = local.computes
  name                 = "ci-${each.key}"
  virtual_machine_size = each.value.size
  tags                 = merge(each.value.tags, { "lamp-hold" = "on until ${var.end}" })
}

resource "azurerm_machine_learning_compute_instance" "plain" {
  for_each = local.plain
  name     = each.key
  tags     = each.value
}

resource "azurerm_machine_learning_compute_cluster" "many" {
  count = 3
  name  = "cpu-${count.index}"
  tags = {
    for name, text in local.computes : "lamp-${name}" => text
  }
  dynamic "scale_settings" {
    for_each = var.scale
    content {
      min_node_count = 0
      max_node_count = scale_settings.value
    }
  }
}
