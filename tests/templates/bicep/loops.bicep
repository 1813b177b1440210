targetScope = 'resourceGroup'

var people = [
  {
    name: 'ana'
    tags: {
      'lamp-schedule': 'Mon-Fri 08:00-19:00 CET'
    }
  }
  {
    name: 'rui'
    tags: { 'lamp-schedule': 'stop daily 19:00', 'lamp-idle': 'of' }
  }
]

resource ci 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = [for (person, i) in people: if (i < 5) {
  name: 'ml/ci-${person.name}'
  tags: contains(person, 'tags') ? person.tags : {
    'lamp-schedule': 'weekdays 08:00-19:00'
    'lamp-holidays': 'Bavaria'
  }
}]

module nested 'modules/compute.bicep' = [for person in people: {
  name: 'compute-${person.name}'
  params: {
    name: person.name
    resourceTags: {
      'lamp-max-uptime': '12'
    }
  }
}]
