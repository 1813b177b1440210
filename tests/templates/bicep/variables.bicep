param schedule string
param hours object = {
  weekday: 'Mon-Fry 08:00-19:00'
}
var base = {
  'lamp-idle': '1 hours and a half'
}
var unrelated = {
  'lamp-post': 'a name that is nobody\'s tag'
}
var suffix = 'le'

resource ci 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = {
  name: 'ml/ci'
  tags: union(base, {
    'lamp-schedule': schedule
    'lamp-hold': 'on until ${hours.weekday}'
    'lamp-${suffix}': '60'
    'lamp-notice': toLower('15M')
    'lamp-shedule': schedule
  })
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'st'
  properties: unrelated
}
