// Mail: an Azure Communication Services resource of its own, with a domain that Azure manages. It accepts no key.

@description('Name of the Communication Services resource.')
param accountName string

@description('Name of the email service.')
param serviceName string

@description('Where both keep their data.')
param dataLocation string

@description('Tags.')
param tags { *: string }

@description('Object id of the identity that sends.')
param principalId string

// Communication and Email Service Owner: there is no role for sending only. It may change the resource too, which is why
// nothing else uses this one.
var emailOwner = '09976791-48a7-449e-bb21-39d1a415f350'

resource service 'Microsoft.Communication/emailServices@2025-09-01' = {
  name: serviceName
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
  }
}

resource domain 'Microsoft.Communication/emailServices/domains@2025-09-01' = {
  parent: service
  name: 'AzureManagedDomain'
  location: 'global'
  tags: tags
  properties: {
    domainManagement: 'AzureManaged'
    // It would rewrite every link of a mail.
    userEngagementTracking: 'Disabled'
  }
}

resource account 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: accountName
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
    linkedDomains: [
      domain.id
    ]
    publicNetworkAccess: 'Enabled'
  }
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, principalId, emailOwner)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', emailOwner)
  }
}

@description('What the setting NOTICE_EMAIL takes.')
output endpoint string = 'https://${account.properties.hostName}'

@description('What the setting NOTICE_EMAIL_FROM takes.')
output from string = 'DoNotReply@${domain.properties.mailFromSenderDomain}'
