resource "azurerm_resource_group" "rg" {
  tags = {
    "lamp-schedule" = "Mon–Fri 9am–5pm"
  }
}
