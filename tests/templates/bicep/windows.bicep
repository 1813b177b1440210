param name string

resource rg 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: name
  tags: {
    'lamp-idle': '60'
    'lamp-idle.gpu-1': '60m'
  }
}
