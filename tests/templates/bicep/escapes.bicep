resource ci 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = {
  name: 'ml/ci'
  tags: {
    note: 'it\'s \u{1F600} and costs \${money}'
    'lamp-schedule': 'Mon\u{2d}Fri 08:00-19:00; Fry 10:00-11:00'
    'lamp\u{2d}idle': '60'
  }
}
output tags object = {
  'lamp-schedule': 'always'
}
