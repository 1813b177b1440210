resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'ml-lisbon'
  tags: {
    'lamp-schedule': 'office-hours at noon'
    'lamp-schedule.gpu-1': 'Mon-Fri 8-19'
    'lamp-idle.gpu-1': '60m'
    'lamp-shedule.gpu-2': 'always'
    'lamp-hold.': 'on for 3h'
  }

  resource ci 'computes@2024-10-01' = {
    name: 'gpu-1'
    tags: {
      'lamp-idle.gpu-1': '60m'
    }
  }
}
