// As little as can be is open, and beacons are read: the parameters of closed.snapshot.json.
using '../../../infra/main.bicep'

param environmentName = 'lamplighter'
param location = 'westeurope'
param readBeacons = true
param beaconWriters = [
  '00000000-0000-0000-0000-00000000000a'
  '00000000-0000-0000-0000-00000000000b'
]
param allowedClientRanges = [
  '203.0.113.0/24'
]
param subnetId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/s'
param storageDefaultAction = 'Deny'
param storageRanges = [
  '198.51.100.7'
]
param sweepMissingAfter = 'P1D'
