// The right to read one secret of a key vault, which is there already: the app setting is a reference to it.

@description('Name of the key vault.')
param vaultName string

@description('Name of the secret in it.')
param entryName string

@description('Object id of the identity that reads.')
param principalId string

var keyVaultSecretsUser = '4633458b-17de-408a-b875-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource entry 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = {
  parent: vault
  name: entryName
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: entry
  name: guid(entry.id, principalId, keyVaultSecretsUser)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
  }
}
