// Tags of what is no compute instance: which of them count depends on the kind.
resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'ml-lisbon'
  tags: {
    'lamp-warm': '2' // not inherited
    'lamp-warm.train': '3 nodes'
    'lamp-floor.score.blue': '0'
    'lamp-schedule.score.blue': 'Mon-Fri 08:00-19:00'
    'lamp-warm.small': '2'
    'lamp-floor.small': '2'
  }

  resource train 'computes' = {
    name: 'train'
    tags: {
      'lamp-schedule': 'Mon-Fri 08:00-19:00'
      'lamp-warm': '4'
      'lamp-floor': '0'
      'lamp-idle': '30m'
      'lamp-max-uptime': '12 hours'
    }
    properties: {
      computeType: 'AmlCompute'
      properties: { scaleSettings: { minNodeCount: 4, maxNodeCount: 8 } }
    }
  }

  resource ana 'computes' = {
    name: 'ci-ana'
    tags: { 'lamp-warm': '1', 'lamp-idle': '30m' }
    properties: { computeType: 'ComputeInstance' }
  }

  resource score 'onlineEndpoints' = {
    name: 'score'
    tags: { 'lamp-schedule': 'dayly 08:00-19:00', 'lamp-warm.blue': '1' }

    resource blue 'deployments' = {
      name: 'blue'
      tags: { 'lamp-floor': '0', 'lamp-max-uptime': '12h' }
      properties: { endpointComputeType: 'Managed' }
    }

    resource green 'deployments' = {
      name: 'green'
      tags: { 'lamp-max-uptime': '12h' }
      properties: { endpointComputeType: 'Kubernetes' }
    }
  }
}

resource vm 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'labeler'
  tags: { 'lamp-schedule': 'Mon-Fri 08:00-19:00', 'lamp-idle': '1h', 'lamp-team': 'web', 'lamp-mode': 'dryrun' }

  resource agent 'extensions' = {
    name: 'agent'
    tags: { 'lamp-build': '7' }
  }
}

resource aks 'Microsoft.ContainerService/managedClusters@2025-05-01' = {
  name: 'shared'
  tags: { 'lamp-floor': '1' }
}

resource model 'Microsoft.CognitiveServices/accounts@2024-10-01' = {
  name: 'ai'

  resource gpt 'deployments' = {
    name: 'gpt'
    tags: { 'lamp-floor': '0', 'lamp-gpt': 'x' }
  }
}
