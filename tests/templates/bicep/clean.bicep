@description('What every resource is tagged with.')
param tags object = {
  costCentre: '4711'
  'lamp-holidays': 'PT'
}

resource ci 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = {
  name: 'ml/ci-one'
  tags: union(tags, {
    'lamp-schedule': 'Mon-Fri 08:00-19:00 Europe/Lisbon'
    'LAMP-MODE': 'dry-run'
  })
}
