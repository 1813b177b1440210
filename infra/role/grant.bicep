// The role of one kind, assigned to one thing: a resource group, a workspace, a virtual machine, a managed cluster or an
// account of Foundry. The role itself is created by role/kinds.bicep, in the subscription that the thing lies in.

@description('The object id of the identity that Lamplighter runs as (output LAMPLIGHTER_PRINCIPAL_ID).')
param principalId string

@description('The kind: cluster, deployment, vm, aks or workbench.')
param kind string

@description('The name of the workspace, virtual machine, managed cluster or account, as the kind has it. Empty: this whole resource group.')
@maxLength(64)
param name string

var role = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', guid(subscription().id, 'lamplighter-${kind}'))
var inWorkspace = kind == 'cluster' || kind == 'deployment'
var why = 'Lamplighter stops and starts what is of the kind ${kind} here, by its tags.'
// What exists needs a name, also where nothing is assigned to it.
var given = empty(name) ? 'none' : name

resource workspace 'Microsoft.MachineLearningServices/workspaces@2025-06-01' existing = {
  name: given
}

resource machine 'Microsoft.Compute/virtualMachines@2024-07-01' existing = {
  name: given
}

resource managedCluster 'Microsoft.ContainerService/managedClusters@2025-05-01' existing = {
  name: given
}

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
  name: given
}

resource onGroup 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (empty(name)) {
  name: guid(resourceGroup().id, principalId, role)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: role
    description: why
  }
}

resource onWorkspace 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(name) && inWorkspace) {
  scope: workspace
  name: guid(workspace.id, principalId, role)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: role
    description: why
  }
}

resource onMachine 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(name) && kind == 'vm') {
  scope: machine
  name: guid(machine.id, principalId, role)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: role
    description: why
  }
}

resource onManagedCluster 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(name) && kind == 'aks') {
  scope: managedCluster
  name: guid(managedCluster.id, principalId, role)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: role
    description: why
  }
}

resource onAccount 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(name) && kind == 'workbench') {
  scope: account
  name: guid(account.id, principalId, role)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: role
    description: why
  }
}
