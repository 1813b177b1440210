// One instance with a slip in its schedule.
// lamp-schedule: 'Mon-Fry 08:00-19:00' is what this comment says, and nobody reads it.
param location string = resourceGroup().location

resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' existing = {
  name: 'ml-lisbon'
}

/* A block comment:
  tags: { 'lamp-idle': '60' }
*/
resource ana 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = {
  parent: workspace
  name: 'ci-ana'
  location: location
  tags: {
    owner: 'ana@example.org'
    'lamp-schedule': 'Mon-Fry 08:00-19:00' // the slip
    'lamp-idle': '60m'
  }
  properties: {
    computeType: 'ComputeInstance'
    properties: {
      vmSize: 'Standard_DS3_v2'
    }
  }
}
