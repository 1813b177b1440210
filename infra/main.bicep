// Lamplighter in Azure: one resource group with everything it runs on, and its role on the subscriptions it looks after.
// Deploy with `azd up`, with `az deployment sub create`, or by the button in docs/deploy.md.
targetScope = 'subscription'

@minLength(2)
@maxLength(20)
@description('Names this installation: part of the names of its resources (up to 20 letters, digits and hyphens), and the azd environment.')
param environmentName string = 'lamplighter'

@metadata({ azd: { type: 'location' } })
@description('The region that Lamplighter itself runs in; it looks after machines in every region. Flex Consumption must be offered there: az functionapp list-flexconsumption-locations.')
param location string = deployment().location

@description('The resource group made for Lamplighter. Empty: rg- and the environment name.')
param resourceGroupName string = ''

@description('The subscriptions to look after: the custom role is made and granted in each. Empty: the one this is deployed into. Keep that one among them, or set SUBSCRIPTIONS in settings. More can be granted later with role/subscription.bicep or role/management-group.bicep.')
param subscriptionIds array = []

@description('The cadence of sweeps: six fields, seconds first, UTC.')
param sweepSchedule string = '0 */5 * * * *'

@description('The IANA time zone of schedules that name none, such as Europe/Lisbon.')
param defaultZone string = 'UTC'

@minLength(3)
@maxLength(3)
@description('The currency of prices, ISO 4217.')
param currency string = 'USD'

@description('Any other setting of docs/settings.md, name to value. A secret goes in as a Key Vault reference: @Microsoft.KeyVault(SecretUri=...), readable by the identity.')
param settings object = {}

@description('Whether Lamplighter reads the beacons that machines write, see infra/beacon. The container is there either way.')
param readBeacons bool = false

@description('Object ids of the managed identities of machines that may write beacons.')
param beaconWriters array = []

@description('Mail addresses that alerts go to. Empty: alerts are seen in the portal only.')
param alertEmails array = []

@description('Whether the four alert rules are made; each costs about half a US dollar a month.')
param alerts bool = true

@allowed([
  'PT15M'
  'PT30M'
  'PT1H'
  'PT2H'
  'PT6H'
  'P1D'
])
@description('An alert is raised when no sweep has ended for this long. Take at least three times the cadence.')
param sweepMissingAfter string = 'PT30M'

@description('Address ranges (CIDR) whose callers may reach the HTTP endpoint, /api/...; a function key is asked for as well. Empty: nobody from outside.')
param allowedClientRanges array = []

@description('The resource id of a subnet for outbound traffic, delegated to Microsoft.App/environments and with the Microsoft.Storage service endpoint. Empty: no virtual network.')
param subnetId string = ''

@allowed([
  'Allow'
  'Deny'
])
@description('What the storage firewall does with everyone who is not let in by subnetId or storageRanges. Deny needs subnetId, and keeps out beacons from elsewhere and, as users report, deployments of the package: see infra/README.md.')
param storageDefaultAction string = 'Allow'

@description('Public address ranges that the storage firewall lets in when storageDefaultAction is Deny.')
param storageRanges array = []

@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
@description('How often the ledger is kept. Standard_LRS is offered in every region.')
param storageSku string = 'Standard_LRS'

@allowed([
  512
  2048
  4096
])
@description('Memory of an instance in MB. Lamplighter needs far less than the least.')
param instanceMemoryMB int = 512

@minValue(40)
@maxValue(1000)
@description('The most instances that Functions may run at once; Azure takes no number under 40.')
param maximumInstanceCount int = 40

@minValue(30)
@maxValue(730)
@description('Days that logs are kept; the first 31 cost nothing.')
param logRetentionDays int = 30

@minValue(1)
@maxValue(100)
@description('Gigabytes of logs a day after which the workspace takes in no more.')
param logDailyQuotaGb int = 1

@description('Tags on every resource.')
param tags object = {}

var groupName = empty(resourceGroupName) ? 'rg-${environmentName}' : resourceGroupName
var token = uniqueString(subscription().id, groupName, environmentName)
var governed = empty(subscriptionIds) ? array(subscription().subscriptionId) : subscriptionIds
var allTags = union({ 'azd-env-name': environmentName, application: 'lamplighter' }, tags)

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: groupName
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  scope: group
  name: 'lamplighter-identity'
  params: {
    name: 'id-${environmentName}-${token}'
    location: location
    tags: allTags
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  name: 'lamplighter-storage'
  params: {
    name: 'st${token}'
    location: location
    tags: allTags
    sku: storageSku
    principalId: identity.outputs.principalId
    beaconWriters: beaconWriters
    subnetId: subnetId
    defaultAction: storageDefaultAction
    allowedRanges: storageRanges
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  name: 'lamplighter-monitoring'
  params: {
    workspaceName: 'log-${environmentName}-${token}'
    componentName: 'appi-${environmentName}-${token}'
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    retentionDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
  }
}

module app 'modules/app.bicep' = {
  scope: group
  name: 'lamplighter-app'
  params: {
    planName: 'asp-${environmentName}-${token}'
    name: 'func-${environmentName}-${token}'
    location: location
    tags: allTags
    identityId: identity.outputs.id
    clientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    queueEndpoint: storage.outputs.queueEndpoint
    packageContainer: storage.outputs.packageContainer
    ledger: storage.outputs.ledger
    beacons: readBeacons ? storage.outputs.beacons : ''
    componentName: monitoring.outputs.componentName
    sweepSchedule: sweepSchedule
    defaultZone: defaultZone
    currency: currency
    settings: settings
    allowedClientRanges: allowedClientRanges
    subnetId: subnetId
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  name: 'lamplighter-workbook'
  params: {
    location: location
    tags: allTags
    componentId: monitoring.outputs.componentId
  }
}

module alertRules 'modules/alerts.bicep' = if (alerts) {
  scope: group
  name: 'lamplighter-alerts'
  params: {
    environmentName: environmentName
    location: location
    tags: allTags
    componentId: monitoring.outputs.componentId
    emails: alertEmails
    sweepMissingAfter: sweepMissingAfter
  }
}

module roles 'role/subscription.bicep' = [for id in governed: {
  scope: subscription(id)
  name: 'lamplighter-role-${token}'
  params: {
    principalId: identity.outputs.principalId
  }
}]

@description('The region.')
output AZURE_LOCATION string = location

@description('The resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('The function app.')
output AZURE_FUNCTION_APP_NAME string = app.outputs.name

@description('The object id of the identity: what to grant more subscriptions to.')
output LAMPLIGHTER_PRINCIPAL_ID string = identity.outputs.principalId

@description('The ledger, as the setting LEDGER of a report elsewhere.')
output LAMPLIGHTER_LEDGER string = storage.outputs.ledger

@description('The container that beacons are written into.')
output LAMPLIGHTER_BEACONS string = storage.outputs.beacons

@description('The workbook.')
output LAMPLIGHTER_WORKBOOK_ID string = workbook.outputs.id
