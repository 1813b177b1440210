locals {
  web_tags = { "lamp-team" = "web", "lamp-mode" = "dryrun" }
  all_tags = { "lamp-every" = "where" }
}

resource "azurerm_linux_web_app" "shop" {
  name = "shop"
  tags = merge(local.web_tags, local.all_tags, { "lamp-web" = "shop", "lamp-part" = var.part })
}

resource "azapi_resource" "site" {
  type = "Microsoft.Web/sites@2024-04-01"
  tags = { "lamp-web" = "shop" }
}

resource "azurerm_machine_learning_datastore_blobstorage" "data" {
  tags = { "lamp-data" = "raw" }
}

resource "azurerm_subscription" "one" {
  tags = { "lamp-bill" = "x" }
}

module "ml" {
  source = "./ml"
  tags   = local.all_tags
}
