// `lamp-` is a product's name as well: of resources that Lamplighter has nothing to do with, only its own tags count.
param commonTags object = {
  'lamp-team': 'web'
}
var shared = {
  'lamp-tier': 'gold'
  'lamp-idle': '60'
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: 'shop'
  tags: union(commonTags, shared, {
    'lamp-web': 'shop'
    'lamp-schedule': 'Mon-Fry 08:00-19:00'
    'lamp-${commonTags.part}': 'x'
  })

  resource slot 'slots' = {
    name: 'next'
    tags: { 'lamp-slot': 'next', 'lamp-build': commonTags.build }
  }
}

resource store 'Microsoft.MachineLearningServices/workspaces/datastores@2024-10-01' = {
  name: 'ml/data'
  properties: { tags: { 'lamp-data': 'raw' } }
}

module inner 'inner.bicep' = {
  params: { tags: { 'lamp-inner': 'x' } }
}
