location = "westeurope"
tags = {
  "Lamp-Schedule" = "Mon-Fri 08:00-19:00"
  "lamp-schedule" = "always"
}
