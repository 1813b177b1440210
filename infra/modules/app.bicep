// The function app: Flex Consumption, a custom handler, one user-assigned identity, no key.

@description('Name of the plan.')
param planName string

@description('Name of the function app.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Resource id of the identity.')
param identityId string

@description('Client id of the identity.')
param clientId string

@description('Blob endpoint of the storage account.')
param blobEndpoint string

@description('Queue endpoint of the storage account.')
param queueEndpoint string

@description('URL of the container that the package is deployed into.')
param packageContainer string

@description('URL of the ledger.')
param ledger string

@description('URL of the container of beacons; empty: they are not read.')
param beacons string

@description('Name of the Application Insights component.')
param componentName string

@description('The cadence of sweeps.')
param sweepSchedule string

@description('The zone of schedules that name none.')
param defaultZone string

@description('The currency of prices.')
param currency string

@description('Other settings, which win over those above.')
param settings object

@description('Ranges that may reach the HTTP endpoint.')
param allowedClientRanges array

@description('Subnet for outbound traffic; empty: none.')
param subnetId string

@description('Memory of an instance.')
param instanceMemoryMB int

@description('The most instances at once.')
param maximumInstanceCount int

// Any version is accepted here, and with a wrong one the app never starts and says nothing. The list:
// az functionapp list-flexconsumption-runtimes --location <region> --runtime custom
var runtime = {
  name: 'custom'
  version: '1.0'
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  //checkov:skip=CKV_AZURE_225:Zone redundancy keeps instances always ready, which cost money; a missed sweep changes nothing in the end
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  //checkov:skip=CKV_AZURE_17:Callers are held off by address and by function key; nobody here has client certificates
  //checkov:skip=CKV_AZURE_78:Flex Consumption has no FTP, and refuses the property that would turn it off
  //checkov:skip=CKV_AZURE_212:Functions scales by itself; a sweep needs one instance, and the next tick replaces a lost one
  //checkov:skip=CKV_AZURE_213:The instance that would be asked is not the one that sweeps; an alert tells of missing sweeps
  //checkov:skip=CKV_AZURE_222:The deployment endpoint must be reached to bring the package; the HTTP endpoint denies every address by default
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'lamplighter' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainer
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
      runtime: runtime
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      remoteDebuggingEnabled: false
      ipSecurityRestrictionsDefaultAction: 'Deny'
      ipSecurityRestrictions: [for (range, i) in allowedClientRanges: {
        name: 'client-${i}'
        ipAddress: range
        action: 'Allow'
        priority: 100 + i
      }]
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: 'Allow'
    }
  }
}

// Deployment by token only: no publishing user, no password.
resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

resource appSettings 'Microsoft.Web/sites/config@2024-11-01' = {
  //checkov:skip=CKV_AZURE_13:These are the app settings; the HTTP endpoint asks for a function key and denies every address by default
  //checkov:skip=CKV_AZURE_63:These are the app settings; requests are in Application Insights
  //checkov:skip=CKV_AZURE_65:These are the app settings; details of errors are in Application Insights, not in answers
  //checkov:skip=CKV_AZURE_66:These are the app settings; failed requests are in Application Insights
  //checkov:skip=CKV_AZURE_80:These are the app settings; there is no .NET in it
  //checkov:skip=CKV_AZURE_88:These are the app settings; Flex Consumption has no Azure Files, and needs no key for one
  //checkov:skip=CKV_AZURE_222:These are the app settings; the site says who may reach it
  parent: app
  name: 'appsettings'
  properties: union({
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: clientId
    AzureWebJobsStorage__blobServiceUri: blobEndpoint
    AzureWebJobsStorage__queueServiceUri: queueEndpoint
    APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
    AZURE_CLIENT_ID: clientId
    LEDGER: ledger
    SWEEP_SCHEDULE: sweepSchedule
    DEFAULT_ZONE: defaultZone
    CURRENCY: currency
  }, empty(beacons) ? {} : { BEACONS: beacons }, settings)
}

@description('Name of the function app.')
output name string = app.name

@description('Host name of the function app.')
output hostName string = app.properties.defaultHostName
