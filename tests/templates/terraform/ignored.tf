# The number is Lamplighter's while a schedule holds.
resource "azurerm_machine_learning_compute_cluster" "train" {
  tags = { "lamp-schedule" = "Mon-Fri 08:00-19:00", "lamp-warm" = "4 nodes" }
  lifecycle {
    ignore_changes = [scale_settings]
  }
}
