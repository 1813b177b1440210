// Events: a custom topic of Event Grid for CloudEvents. It accepts no key. Who wants to hear subscribes to it.

@description('Name of the topic.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags { *: string }

@description('Object id of the identity that publishes.')
param principalId string

var eventGridDataSender = 'd5a91429-5739-47e2-a06b-3470a27159e7'

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  //checkov:skip=CKV_AZURE_191:The topic itself calls nobody here; a subscription that delivers by an identity can give it one
  //checkov:skip=CKV_AZURE_193:The app has no network of its own by default; every call needs a token, as there is no key
  name: name
  location: location
  tags: tags
  properties: {
    disableLocalAuth: true
    inputSchema: 'CloudEventSchemaV1_0'
    minimumTlsVersionAllowed: '1.2'
    publicNetworkAccess: 'Enabled'
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: topic
  name: guid(topic.id, principalId, eventGridDataSender)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', eventGridDataSender)
  }
}

@description('What the setting NOTICE_EVENTGRID takes.')
output endpoint string = topic.properties.endpoint
