// The roles of other kinds than the instance, in one subscription: created where a kind is enabled, and assigned nowhere.
// role/grant.bicep assigns each to what is named. The roles that deployments, virtual machines and workbenches need on the whole subscription are assigned here.
targetScope = 'subscription'

@description('The object id of the identity that Lamplighter runs as (output LAMPLIGHTER_PRINCIPAL_ID).')
param principalId string

@description('The kinds, of: cluster, deployment, vm, aks, workbench.')
param kinds string[]

var here = subscription().id
var suffix = '(${subscription().subscriptionId})'
var clusterRole = loadJsonContent('cluster.json')
var deploymentRole = loadJsonContent('deployment.json')
var vmRole = loadJsonContent('vm.json')
var aksRole = loadJsonContent('aks.json')
var foundryRole = loadJsonContent('foundry.json')

resource cluster 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (contains(kinds, 'cluster')) {
  name: guid(here, 'lamplighter-cluster')
  properties: {
    roleName: '${clusterRole.name} ${suffix}'
    description: clusterRole.description
    type: 'CustomRole'
    permissions: clusterRole.permissions
    assignableScopes: [
      here
    ]
  }
}

resource deployment 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (contains(kinds, 'deployment')) {
  name: guid(here, 'lamplighter-deployment')
  properties: {
    roleName: '${deploymentRole.name} ${suffix}'
    description: deploymentRole.description
    type: 'CustomRole'
    permissions: deploymentRole.permissions
    assignableScopes: [
      here
    ]
  }
}

resource vm 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (contains(kinds, 'vm')) {
  name: guid(here, 'lamplighter-vm')
  properties: {
    roleName: '${vmRole.name} ${suffix}'
    description: vmRole.description
    type: 'CustomRole'
    permissions: vmRole.permissions
    assignableScopes: [
      here
    ]
  }
}

resource aks 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (contains(kinds, 'aks')) {
  name: guid(here, 'lamplighter-aks')
  properties: {
    roleName: '${aksRole.name} ${suffix}'
    description: aksRole.description
    type: 'CustomRole'
    permissions: aksRole.permissions
    assignableScopes: [
      here
    ]
  }
}

// The names of its actions follow the paths of the calls, as no list of Azure's had them: Azure refuses a role with a name that it
// does not know (docs/deploy.md says how to ask it, and how to mend the file).
resource workbench 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (contains(kinds, 'workbench')) {
  name: guid(here, 'lamplighter-workbench')
  properties: {
    roleName: '${foundryRole.name} ${suffix}'
    description: foundryRole.description
    type: 'CustomRole'
    permissions: foundryRole.permissions
    assignableScopes: [
      here
    ]
  }
}

// An autoscale setting may lie in any resource group, so all of a subscription are listed. It is a role of its own: the other
// rights of deployments are not given on a whole subscription.
resource autoscale 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (contains(kinds, 'deployment')) {
  name: guid(here, 'lamplighter-autoscale')
  properties: {
    roleName: 'Lamplighter autoscale reader ${suffix}'
    description: 'Lets Lamplighter see which deployments an autoscale setting scales, so that it leaves these alone.'
    type: 'CustomRole'
    permissions: [
      {
        actions: [
          'Microsoft.Insights/autoscalesettings/read'
        ]
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: [
      here
    ]
  }
}

resource autoscaleGrant 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (contains(kinds, 'deployment')) {
  name: guid(here, principalId, autoscale.id)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: autoscale.id
    description: 'Lamplighter leaves alone what an autoscale setting scales.'
  }
}

// An auto-shutdown is a resource beside its virtual machine, so the role on the machine does not show it.
resource shutdown 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (contains(kinds, 'vm')) {
  name: guid(here, 'lamplighter-shutdown')
  properties: {
    roleName: 'Lamplighter auto-shutdown reader ${suffix}'
    description: 'Lets Lamplighter see when Azure itself shuts virtual machines down, so that it counts nothing of that as saved.'
    type: 'CustomRole'
    permissions: [
      {
        actions: [
          'Microsoft.DevTestLab/schedules/read'
        ]
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: [
      here
    ]
  }
}

resource shutdownGrant 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (contains(kinds, 'vm')) {
  name: guid(here, principalId, shutdown.id)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: shutdown.id
    description: 'Lamplighter counts nothing as saved that an auto-shutdown would have saved.'
  }
}

// Azure answers a start or stop of a workbench with a link to an operation of the subscription's, which no account holds.
resource operations 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (contains(kinds, 'workbench')) {
  name: guid(here, 'lamplighter-foundry-operations')
  properties: {
    roleName: 'Lamplighter Foundry operation reader ${suffix}'
    description: 'Lets Lamplighter see how its starts and stops of workbenches end.'
    type: 'CustomRole'
    permissions: [
      {
        actions: [
          'Microsoft.CognitiveServices/locations/computeOperations/read'
        ]
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: [
      here
    ]
  }
}

resource operationsGrant 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (contains(kinds, 'workbench')) {
  name: guid(here, principalId, operations.id)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: operations.id
    description: 'Lamplighter sees how its starts and stops of workbenches end.'
  }
}
