resource "azurerm_machine_learning_compute_instance" "ci" {
  name = "ci"
  tags = {
    "lamp-schedule" = <<-EOT
      Mon-Fri 08:00-12:00, 13:00-18:00;
      Sat 10:00-14:00; Sonday 10:00-11:00
    EOT
    "lamp-hold" = <<EOT
on until ${var.end}
EOT
    note        = <<-EOT
      "lamp-idle" = "60"
    EOT
  }
}

resource "azurerm_linux_virtual_machine" "vm" {
  name        = "vm"
  custom_data = <<-SCRIPT
    #!/bin/bash
    echo 'tags = { "lamp-idle" = "60" }'
  SCRIPT
}
