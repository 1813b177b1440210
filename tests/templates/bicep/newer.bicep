extension microsoftGraphV1

param tags resourceInput<'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01'>.tags = {
  'lamp-mode': 'dryrun'
}
type settings = resourceInput<'Microsoft.MachineLearningServices/workspaces@2024-10-01'>.properties
type tagged = {
  'lamp-schedule': string
}
var common object = {
  ...tags
  'lamp-schedule': 'Mon-Fri 25:00-26:00'
}
var texts = [
  ...loadJsonContent('texts.json')
  $'''lamp-idle ${common.name}'''
]

resource ci 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = {
  name: 'ml/ci'
  tags: {
    ...common
    'lamp-idle': $'''${length(texts)}m'''
    'lamp-notice': '''
15 minutes!'''
  }
}
